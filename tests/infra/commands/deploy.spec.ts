import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture, moreMemory, newStore, routeRemoval } from './command-fixture.ts';

let fixture: CommandFixture;
beforeEach(async () => {
  fixture = await CommandFixture.start('dev');
});
afterEach(() => fixture.close());

/** The calls of Terraform when the CDKTF CLI applies both stacks. */
const applied = ['terraform apply -auto-approve', 'terraform apply -auto-approve'];
const applies = (calls: readonly string[]) => calls.filter((line) => line.startsWith('terraform apply'));

describe('make deploy', () => {
  it('applies what was planned, by the real CDKTF CLI, once', async () => {
    fixture.useRealCdktf();
    await fixture.plan(moreMemory);
    fixture.terraformCalls();

    const { code, out } = await fixture.run('deploy', {}, 'yes\n');

    expect(code).toBe(0);
    expect(out).toContain('dev: 1 to change.');
    expect(out).toContain('Stage dev is applied.');
    expect(applies(fixture.terraformCalls())).toEqual(applied);
    expect((await fixture.run('deploy', { YES: '1' })).err).toMatch(
      /There is no plan of stage dev to apply.*`make plan STAGE=dev`/,
    );
  });

  it('does not prompt with YES=1, and accepts a plan of the same day', async () => {
    await fixture.plan();
    fixture.agePlan(23);

    expect((await fixture.run('deploy', { YES: '1' })).code).toBe(0);
    expect(applies(fixture.terraformCalls())).toEqual(applied);
  });

  it.each([
    ['another answer', 'no\n'],
    ['no answer', ''],
  ])('changes nothing after %s', async (_, typed) => {
    await fixture.plan();

    const { code, err } = await fixture.run('deploy', {}, typed);

    expect(code).toBe(1);
    expect(err).toMatch(/Nothing was changed/);
    expect(applies(fixture.terraformCalls())).toEqual([]);
  });

  describe('after a plan that removes a route', () => {
    const newSnapshot = { before: { id: 'd1' }, after: { id: 'd2' }, actions: ['create', 'delete'] };
    const redeployment = {
      'aws_api_gateway_deployment.api_stage_deployment_1': newSnapshot,
      'aws_api_gateway_stage.api_stage_stage_1': { before: { deployment_id: 'd1' }, after: {} },
    };

    it('deploys the API again, when the route is gone', async () => {
      await fixture.plan(routeRemoval);
      fixture.setRedeployment({ changes: redeployment });
      fixture.terraformCalls();

      const { code, out } = await fixture.run('deploy', { YES: '1' });

      expect(code).toBe(0);
      expect(out).toContain('Deploying the API again, without the routes that were removed');
      const calls = fixture.terraformCalls().filter((line) => / (?:plan|apply) /.test(line));
      expect(calls.slice(2)).toEqual([
        ...applied,
        expect.stringMatching(/nova-platform plan .* -replace=aws_api_gateway_deployment\.\w+ -out=/),
        expect.stringMatching(/nova-platform apply .*\/nova-redeployment\.tfplan$/),
      ]);
    });

    it('does not when anything else would change: the error has the command', async () => {
      await fixture.plan(routeRemoval);
      fixture.setRedeployment({ changes: { ...redeployment, ...moreMemory.changes } });
      fixture.terraformCalls();

      const { code, err } = await fixture.run('deploy', { YES: '1' });

      expect(code).toBe(1);
      expect(err).toMatch(
        /removed routes still answer.*also change aws_lambda_function\..*terraform -chdir=.*apply -replace=/,
      );
      expect(applies(fixture.terraformCalls())).toEqual(applied);
    });
  });

  it('applies only the approved plan, when an approval is given', async () => {
    await fixture.plan(moreMemory);
    const approval = fixture.read('cdktf.out/plans/dev/approval.json');
    await fixture.plan(newStore);
    fixture.terraformCalls();

    const { code, err } = await fixture.run('deploy', { CONFIRM: 'dev', APPROVED_PLAN: approval });

    expect(code).toBe(1);
    expect(err).toMatch(/The plan for nova-platform is not the approved one/);
    expect(applies(fixture.terraformCalls())).toEqual([]);
  });

  it('loses data only after the name of the stage is typed', async () => {
    await fixture.plan(newStore);

    expect((await fixture.run('deploy', { YES: '1' })).err).toMatch(/Nothing was changed/);
    expect((await fixture.run('deploy', { YES: '1' }, 'yes\n')).err).toMatch(/Nothing was changed/);
    expect(applies(fixture.terraformCalls())).toEqual([]);
    expect((await fixture.run('deploy', { CONFIRM: 'dev' })).code).toBe(0);
    expect(applies(fixture.terraformCalls())).toEqual(applied);
  });

  it.each<[string, RegExp, (fixture: CommandFixture) => void]>([
    [
      'another synthesis follows the plan',
      /nova-registry and nova-platform changed since/,
      (at) => at.synthesize('dev2'),
    ],
    [
      'a zip differs from the planned one',
      /nova-platform changed since stage dev was planned/,
      (at) => at.replaceZip('audio-handler'),
    ],
    [
      'the plan is for another account',
      /for account 123456789012, but you are signed in to 210987654321/,
      (at) => {
        at.account.id = '210987654321';
      },
    ],
    [
      'it would do something else now',
      /Applying nova-platform would no longer do what the plan says/,
      (at) => at.setPlans(newStore),
    ],
    ['the plan is more than a day old', /more than a day old/, (at) => at.agePlan(25)],
  ])('refuses when %s', async (_, message, change) => {
    await fixture.plan(moreMemory);
    change(fixture);

    const { code, err } = await fixture.run('deploy', { YES: '1' });

    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err).toContain('`make plan STAGE=dev`');
    expect(applies(fixture.terraformCalls())).toEqual([]);
  });
});
