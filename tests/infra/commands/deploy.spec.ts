import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './command-fixture.ts';
import { moreMemory, newStore } from './example-plans.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open('dev');
});
afterEach(() => desk.close());

/** What the real CDKTF CLI asks of Terraform once it applies. */
const applied = ['terraform apply -auto-approve', 'terraform apply -auto-approve'];
const applies = (asked: readonly string[]) => asked.filter((line) => line.startsWith('terraform apply'));

describe('make deploy', () => {
  it('applies what was planned, by CDKTF, once', async () => {
    desk.show(moreMemory);
    await desk.run('plan');
    desk.asked();

    const { code, out } = await desk.run('deploy', {}, 'yes\n');

    expect(code).toBe(0);
    expect(out).toContain('dev: 1 to change.');
    expect(out).toContain('Stage dev is applied.');
    expect(applies(desk.asked())).toEqual(applied);
    expect((await desk.run('deploy', { YES: '1' })).err).toMatch(
      /No plan of stage dev waits .*`make plan STAGE=dev`/,
    );
  });

  it('needs nobody to type where YES=1 is said, and takes a plan of the same day', async () => {
    await desk.run('plan');
    desk.age(23);

    expect((await desk.run('deploy', { YES: '1' })).code).toBe(0);
    expect(applies(desk.asked())).toEqual(applied);
  });

  it.each([
    ['another answer', 'no\n'],
    ['no answer', ''],
  ])('changes nothing after %s', async (_, typed) => {
    await desk.run('plan');

    const { code, err } = await desk.run('deploy', {}, typed);

    expect(code).toBe(1);
    expect(err).toMatch(/Nothing was changed/);
    expect(applies(desk.asked())).toEqual([]);
  });

  it('applies nothing but what was approved, where an approval is given', async () => {
    desk.show(moreMemory);
    await desk.run('plan');
    const approval = desk.read('cdktf.out/plans/dev/approval.json');
    desk.show(newStore);
    await desk.run('plan');
    desk.asked();

    const { code, err } = await desk.run('deploy', { CONFIRM: 'dev', APPROVED_PLAN: approval });

    expect(code).toBe(1);
    expect(err).toMatch(/The plan for nova-platform is not the one that was approved/);
    expect(applies(desk.asked())).toEqual([]);
  });

  it('loses data only for who names the stage', async () => {
    desk.show(newStore);
    await desk.run('plan');

    expect((await desk.run('deploy', { YES: '1' })).err).toMatch(/Nothing was changed/);
    expect((await desk.run('deploy', { YES: '1' }, 'yes\n')).err).toMatch(/Nothing was changed/);
    expect(applies(desk.asked())).toEqual([]);
    expect((await desk.run('deploy', { CONFIRM: 'dev' })).code).toBe(0);
    expect(applies(desk.asked())).toEqual(applied);
  });

  it.each<[string, RegExp, (desk: Desk) => void]>([
    [
      'it was planned and then synthesized otherwise',
      /nova-registry and nova-platform changed since/,
      (at) => at.synthesize('dev2'),
    ],
    [
      'a zip is another than planned',
      /nova-platform changed since stage dev was planned/,
      (at) => at.rebuild('audio-handler'),
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
      /Applying nova-platform would no longer do what was planned/,
      (at) => at.show(newStore),
    ],
    ['the plan is more than a day old', /more than a day old/, (at) => at.age(25)],
  ])('refuses when %s', async (_, message, change) => {
    desk.show(moreMemory);
    await desk.run('plan');
    change(desk);

    const { code, err } = await desk.run('deploy', { YES: '1' });

    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err).toContain('`make plan STAGE=dev`');
    expect(applies(desk.asked())).toEqual([]);
  });
});
