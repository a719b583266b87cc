import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture } from './command-fixture.ts';

let fixture: CommandFixture;
beforeEach(async () => {
  fixture = await CommandFixture.start('dev');
});
afterEach(() => fixture.close());

const store = 'aws_dynamodb_table.data_tables_event-store_D90A074C';
const table = { name: 'nova-dev-event-store' };
const audio = 'aws_lambda_function.functions_audio-handler_function_33A54F00';
const functionDeletion = { changes: { [audio]: { before: { function_name: 'nova-dev-audio-handler' } } } };
const tableDeletion = { changes: { [store]: { before: table } } };
const destroys = (calls: readonly string[]) => calls.filter((line) => / (?:destroy|apply) /.test(line));

describe('make destroy', () => {
  it('destroys everything but data, by the plan that was shown', async () => {
    fixture.setPlans(functionDeletion);

    const { code, out } = await fixture.run('destroy', {}, 'dev\n');

    expect(code).toBe(0);
    expect(out).toContain('dev: 1 to destroy.');
    expect(out).toContain('are kept');
    expect(fixture.read('cdktf.out/plans/dev/destroy.md')).toContain('  - function: audio-handler');
    const [apply, ...more] = destroys(fixture.terraformCalls());
    expect(more).toEqual([]);
    expect(apply).toMatch(
      /^terraform -chdir=\S+\/destroy-\w+\/nova-platform apply .*\/nova-platform\.tfplan$/,
    );
  });

  it('deletes all its files, earlier plans, and the records of the last apply and rollout', async () => {
    await fixture.plan(functionDeletion);
    await fixture.run('destroy', { CONFIRM: 'dev' });

    expect(fixture.exists('cdktf.out/plans/dev/record.json')).toBe(false);
    expect(fixture.list('cdktf.out/plans/dev').filter((name) => name.startsWith('destroy-'))).toEqual([]);
    expect(fixture.account.deleted).toEqual([
      expect.stringMatching(/\/dev\/rollout\.json$/),
      expect.stringMatching(/\/dev\/apply\.json$/),
    ]);
  });

  it('refuses when data that it should keep would be lost', async () => {
    fixture.setPlans(tableDeletion);

    const { code, err } = await fixture.run('destroy', { CONFIRM: 'dev' });

    expect(code).toBe(1);
    expect(err).toMatch(/table event-store would be lost.*Nothing was destroyed/);
    expect(destroys(fixture.terraformCalls())).toEqual([]);
  });

  it.each(['yes\n', 'prod\n', ''])('does nothing when %j is typed', async (typed) => {
    const { code, err } = await fixture.run('destroy', { YES: '1' }, typed);

    expect(code).toBe(1);
    expect(err).toMatch(/Nothing was changed/);
    expect(destroys(fixture.terraformCalls())).toEqual([]);
  });
});

describe('make destroy DATA=destroy', () => {
  const everything = { DATA: 'destroy' };

  it('destroys both stacks by the plans that were shown, once the name of the stage is typed', async () => {
    fixture.setPlans(tableDeletion);

    const { code, out } = await fixture.run('destroy', everything, 'dev\n');

    expect(code).toBe(0);
    expect(out).toContain('table event-store would be lost: every event');
    const calls = fixture.terraformCalls();
    expect(destroys(calls)).toEqual([
      expect.stringMatching(/nova-platform apply .*\/destroy-\w+\/nova-platform\.tfplan$/),
      expect.stringMatching(/nova-registry apply .*\/destroy-\w+\/nova-registry\.tfplan$/),
    ]);
    expect(calls.filter((line) => line.includes(' plan '))).toEqual([
      expect.stringMatching(/nova-platform plan .* -destroy /),
      expect.stringMatching(/nova-registry plan .* -destroy /),
    ]);
  });

  it('does nothing for a plain yes', async () => {
    fixture.setPlans(tableDeletion);

    const { code } = await fixture.run('destroy', { ...everything, YES: '1' }, 'yes\n');

    expect(code).toBe(1);
    expect(destroys(fixture.terraformCalls())).toEqual([]);
  });

  it('names the settings to change first when data is protected', async () => {
    fixture.setPlans(
      {
        changes: {
          [store]: { before: { ...table, deletion_protection_enabled: true } },
          'aws_s3_bucket.data_content_bucket_531E58AA': {
            before: { bucket: 'nova-dev-content-123456789012-us-east-1', force_destroy: false },
          },
        },
      },
      {
        changes: {
          'aws_ecr_repository.agent-image_repository_5A0F3C11': {
            before: { name: 'nova-dev-agent-core', force_delete: false },
          },
        },
      },
    );

    const { code, err } = await fixture.run('destroy', { ...everything, CONFIRM: 'dev' });

    expect(code).toBe(1);
    expect(err).toContain('table event-store (deletion protection)');
    expect(err).toContain('bucket content (may not be emptied)');
    expect(err).toContain('image repository agent-core (may not be emptied)');
    expect(err).toMatch(
      /deletionProtection: false.*forceDestroy: true.*modules\/settings\.ts.*`make deploy STAGE=dev`/,
    );
    expect(destroys(fixture.terraformCalls())).toEqual([]);
  });
});
