import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlanInput } from '../../../review/plan/testing/plan-builder.ts';
import { CommandFixture } from './command-fixture.ts';

const repository = 'nova@1/platform@2';
const named = { PIPELINE_REPOSITORY: repository };
const newRole: PlanInput = {
  changes: { 'aws_iam_role.roles_plan_33A54F00': { after: { name: 'nova-dev-plan' } } },
};

let fixture: CommandFixture;
beforeEach(async () => {
  fixture = await CommandFixture.start('dev', repository);
});
afterEach(() => fixture.close());

const applies = () => fixture.terraformCalls().filter((line) => / apply /.test(line));

describe('make pipeline', () => {
  it('applies the reviewed plan after a yes, and prints the command that adds the stage to the repository', async () => {
    fixture.setPlans({}, {}, newRole);

    const { code, out } = await fixture.run('pipeline', named, 'yes\n');

    expect(code).toBe(0);
    expect(fixture.read('cdktf.out/plans/dev/pipeline.md')).toContain('role: plan');
    expect(applies()).toEqual([expect.stringMatching(/nova-pipeline apply .*\/nova-pipeline\.tfplan$/)]);
    expect(fixture.account.trustsGitHub).toBe(true);
    expect(out).toMatch(/gh variable set STAGE_DEV --repo nova\/platform --body '\{.*\}'/);
  });

  it('changes nothing for any other answer', async () => {
    fixture.setPlans({}, {}, newRole);

    const { code, err } = await fixture.run('pipeline', named, 'no\n');

    expect(code).toBe(1);
    expect(err).toMatch(/Nothing was changed/);
    expect(applies()).toEqual([]);
    expect(fixture.account.trustsGitHub).toBe(false);
  });

  it('asks nothing when nothing would change', async () => {
    expect((await fixture.run('pipeline', named)).code).toBe(0);
    expect(applies()).toEqual([]);
  });

  it('reports that no repository is set', async () => {
    const { code, err } = await fixture.run('pipeline');

    expect(code).toBe(1);
    expect(err).toMatch(/PIPELINE_REPOSITORY is not set: name the repository whose workflows/);
  });
});

it('make destroy removes the roles of the workflows last, with the data', async () => {
  await fixture.run('destroy', { ...named, DATA: 'destroy', CONFIRM: 'dev' });

  const planned = fixture.terraformCalls().filter((line) => line.includes(' plan '));
  expect(planned.map((line) => /stacks\/([\w-]+)/.exec(line)?.[1])).toEqual([
    'nova-platform',
    'nova-registry',
    'nova-pipeline',
  ]);
});
