import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture, moreMemory } from './command-fixture.ts';
import { terraformThat } from './fake-terraform.ts';

let fixture: CommandFixture;
beforeEach(async () => {
  fixture = await CommandFixture.start('dev');
});
afterEach(() => fixture.close());

const applies = () => fixture.terraformCalls().filter((line) => / apply /.test(line));
const unplanned = ['terraform apply -auto-approve', 'terraform apply -auto-approve'];

describe('make deploy PLAN=none', () => {
  const none = { PLAN: 'none' };

  // The stacks do not name the bucket, and CDKTF's CLI may call `terraform init` itself.
  it('gives the bucket of the state to every init', async () => {
    fixture.useRealCdktf();
    fixture.setRedeployment({});
    const bucket = '-backend-config=bucket=nova-dev-state-123456789012-us-east-1';
    fixture.install(terraformThat('echo "init with $TF_CLI_ARGS_init" >> "$NOVA_TEST_RECORD"', 'init '));

    await fixture.run('deploy', none, 'dev\n');

    const inits = fixture.terraformCalls().filter((line) => line.startsWith('init with'));
    expect(inits.length).toBeGreaterThanOrEqual(3);
    expect(new Set(inits)).toEqual(new Set([`init with ${bucket}`]));
  });

  it('deploys by the real CDKTF CLI, and then the API again, because routes may have been removed', async () => {
    fixture.useRealCdktf();
    fixture.setRedeployment({});

    const { code, out } = await fixture.run('deploy', none, 'dev\n');

    expect(code).toBe(0);
    expect(out).toContain('Stage dev is applied.');
    expect(applies()).toEqual([...unplanned, expect.stringMatching(/nova-redeployment\.tfplan$/)]);
    expect(JSON.parse(fixture.account.records.apply ?? '')).toMatchObject({ state: 'complete' });
  });

  it('leaves no older plan to apply', async () => {
    await fixture.plan(moreMemory);
    fixture.setRedeployment({});

    await fixture.run('deploy', { ...none, CONFIRM: 'dev' });

    expect(fixture.list('cdktf.out/plans/dev').sort()).toEqual(['approval.json', 'plan.md']);
  });

  it.each<[string, RegExp, Record<string, string>]>([
    ['a plain yes', /Nothing was changed/, { YES: '1' }],
    [
      'an approval, which is of a plan',
      /APPROVED_PLAN and PLAN=none exclude each other/,
      { APPROVED_PLAN: '{}' },
    ],
    ['a stage that protects its data', /Stage prod protects its data/, { STAGE: 'prod', CONFIRM: 'prod' }],
    ['another value', /PLAN is "any", but must be none/, { PLAN: 'any' }],
  ])('refuses %s', async (_, message, environment) => {
    const { code, err } = await fixture.run('deploy', { ...none, ...environment }, 'yes\n');

    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(applies()).toEqual([]);
  });
});
