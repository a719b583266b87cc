import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture, moreMemory, newStore } from './command-fixture.ts';

let fixture: CommandFixture;
beforeEach(async () => {
  fixture = await CommandFixture.start('dev');
});
afterEach(() => fixture.close());

const plans = 'cdktf.out/plans/dev';
/** The calls of Terraform that apply the reviewed plans, in order. */
const applied = ['nova-registry', 'nova-platform'].map(
  (stack) =>
    `terraform -chdir=cdktf.out/stacks/${stack} apply -input=false -no-color ./${plans}/${stack}.tfplan`,
);
const applies = (calls: readonly string[]) => calls.filter((line) => / apply /.test(line));

describe('make deploy', () => {
  it('applies the plan files that were reviewed, once, and leaves no plan behind', async () => {
    await fixture.plan(moreMemory);
    fixture.terraformCalls();

    const { code, out } = await fixture.run('deploy', {}, 'yes\n');

    expect(code).toBe(0);
    expect(out).toContain('dev: 1 to change.');
    expect(out).toContain('Stage dev is applied.');
    expect(applies(fixture.terraformCalls())).toEqual(applied);
    expect(fixture.list(plans).sort()).toEqual(['approval.json', 'plan.md']);
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

  it('applies the reviewed plan also after `make drift`, which plans too', async () => {
    await fixture.plan(moreMemory);
    fixture.setPlans({});
    expect((await fixture.run('drift')).code).toBe(0);
    fixture.setPlans(moreMemory);

    expect((await fixture.run('deploy', { YES: '1' })).code).toBe(0);
  });

  it('records the commit that it applied, beside the state', async () => {
    await fixture.plan();

    await fixture.run('deploy', { YES: '1' });

    expect(JSON.parse(fixture.account.records.apply ?? '')).toEqual({
      startedAt: expect.any(String),
      commit: expect.stringMatching(/^[0-9a-f]{40}(?:-dirty)?$/),
      state: 'complete',
      redeploysApi: false,
    });
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
    [
      'a plan file is not the one that was reviewed',
      /nova-platform\.tfplan is not the plan that plan\.md describes/,
      (at) => writeFileSync(join(at.folder, plans, 'nova-platform.tfplan'), 'another'),
    ],
    [
      'a plan file is gone',
      /nova-registry\.tfplan is not the plan that plan\.md describes/,
      (at) => rmSync(join(at.folder, plans, 'nova-registry.tfplan')),
    ],
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
