import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture, moreMemory, routeRemoval } from './command-fixture.ts';
import { terraformThat } from './fake-terraform.ts';

let fixture: CommandFixture;
beforeEach(async () => {
  fixture = await CommandFixture.start('dev');
});
afterEach(() => fixture.close());

const page = () => fixture.read('cdktf.out/plans/dev/plan.md');
const approval = () => fixture.read('cdktf.out/plans/dev/approval.json');
const record = () => JSON.parse(fixture.account.records.apply ?? '');
/** The files that were planned and applied since the last call, without their folders. */
const steps = () =>
  fixture.terraformCalls().flatMap((line) => {
    const [, step, file] = / (plan|apply) .*?([\w-]+)\.tfplan$/.exec(line) ?? [];
    return step ? [`${step} ${file}`] : [];
  });
const planned = ['plan nova-registry', 'plan nova-platform'];
const applied = ['apply nova-registry', 'apply nova-platform'];
const redeployed = ['plan nova-redeployment', 'apply nova-redeployment'];

const redeployment = {
  'aws_api_gateway_deployment.api_stage_deployment_1': {
    ...{ before: { id: 'd1' }, after: { id: 'd2' } },
    actions: ['create', 'delete'],
  },
  'aws_api_gateway_stage.api_stage_stage_1': { before: { deployment_id: 'd1' }, after: {} },
};

describe('a plan that removes a route', () => {
  beforeEach(async () => {
    await fixture.plan(routeRemoval);
    fixture.setRedeployment({ changes: redeployment });
    fixture.terraformCalls();
  });

  it('says that the API is deployed a second time', () => {
    expect(page()).toMatch(/This plan removes parts of the API, so `make deploy` deploys the API twice/);
  });

  it('is followed by that deployment, when the route is gone', async () => {
    const { code, out } = await fixture.run('deploy', { YES: '1' });

    expect(code).toBe(0);
    expect(out).toContain('Deploying the API again, without the routes that were removed');
    expect(steps()).toEqual([...planned, ...applied, ...redeployed]);
  });

  it('is not when anything else would change: the next plan and deployment finish it', async () => {
    fixture.setRedeployment({ changes: { ...redeployment, ...moreMemory.changes } });

    const { code, err } = await fixture.run('deploy', { YES: '1' });

    expect(code).toBe(1);
    expect(err).toMatch(
      /also change aws_lambda_function\.\S+ .*removed routes still answer.*`make plan STAGE=dev`, then `make deploy STAGE=dev`/,
    );
    expect(steps()).toEqual([...planned, ...applied, 'plan nova-redeployment']);
    expect(record()).toMatchObject({ state: 'under-way', redeploysApi: true });
  });

  // A killed command runs nothing of its own any more, so its records stay as they were.
  it('is noticed by the next plan when the command is killed in between, and finished by the next deployment', async () => {
    fixture.install(terraformThat('kill -9 $PPID', 'nova-redeployment'));
    expect((await fixture.run('deploy', { YES: '1' })).code).toBe(null);
    expect(record()).toMatchObject({ state: 'under-way', redeploysApi: true });
    fixture.install(terraformThat());
    fixture.setPlans({});

    await fixture.run('plan');
    expect(page()).toMatch(/The last apply, of .*removed parts of the API, and did not deploy the API again/);
    expect(approval()).toMatch(/^\{"redeployment":"[0-9a-f]{64}"\}$/);
    fixture.terraformCalls();
    const { code } = await fixture.run('deploy', { YES: '1', APPROVED_PLAN: approval() });

    expect(code).toBe(0);
    expect(steps()).toEqual([...planned, ...applied, ...redeployed]);
    expect(record()).toMatchObject({ state: 'complete', redeploysApi: false });
    await fixture.run('plan');
    expect(page()).not.toContain('The last apply');
    expect(approval()).toBe('{}');
  });
});

it('an apply that stops half-way says how to continue, and cannot be applied again', async () => {
  await fixture.plan(moreMemory);
  fixture.install(terraformThat('echo "Error: quota exceeded" >&2; exit 1', 'apply .*nova-platform'));

  const { code, err } = await fixture.run('deploy', { YES: '1' });
  fixture.install(terraformThat());

  expect(code).toBe(1);
  expect(err).toContain('Error: quota exceeded');
  expect(err).toMatch(/stopped half-way, and stage dev may be partly changed\. Run `make plan STAGE=dev`/);
  expect((await fixture.run('deploy', { YES: '1' })).err).toMatch(/There is no plan of stage dev to apply/);
  await fixture.run('plan');
  expect(page()).toMatch(/The last apply, of \S+ \(commit \S+\), stopped half-way, or is still in progress/);
  expect((await fixture.run('deploy', { YES: '1' })).code).toBe(0);
  expect(record().state).toBe('complete');
});
