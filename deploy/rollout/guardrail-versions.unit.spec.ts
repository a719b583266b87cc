import { describe, expect, it } from 'vitest';
import { scriptedQuestions } from '../testing/scripted.ts';
import { deletesGuardrailVersion } from './delete-guardrail-version.ts';
import { rollOut } from './roll-out.ts';
import { type StageFixture, twoRolledOut } from './testing/stage-fixture.ts';

const kept = (stage: StageFixture) => [...stage.guardrails].sort((a, b) => a - b);

/** A stage of seven versions of the guardrail, of which the versions of agent-core named each second one. */
function aStage(): StageFixture {
  const stage = twoRolledOut();
  stage.guardrailVersions = [1, 1, 3, 3, 5, 6];
  for (const version of [1, 2, 3, 4, 5, 6, 7]) stage.guardrails.add(version);
  return stage;
}

describe('the end of a rollout', () => {
  it('keeps the versions of the guardrail that callers get, get next, or get after a rollback', async () => {
    const stage = aStage();

    await rollOut(stage.dependencies);

    // Version 7 is newer than all of these: an apply may be under way.
    expect(kept(stage)).toEqual([5, 6, 7]);
    expect(stage.printed.at(-1)).toBe('Deleted unused versions of the guardrail: 4, 3, 2, 1.');
  });

  it('keeps the version from before, when a new one is rolled out', async () => {
    const stage = aStage();
    stage.publish('agent-core', 7);
    stage.guardrailVersions.push(7);

    await rollOut(stage.dependencies);

    expect(stage.record?.before).toEqual({ 'nova-agent-core': 6 });
    expect(kept(stage)).toEqual([6, 7]);
  });

  it('deletes nothing when no function names a guardrail', async () => {
    const stage = aStage();
    stage.guardrailVersions = [];

    await rollOut(stage.dependencies);

    expect(kept(stage)).toHaveLength(7);
  });

  it('is complete also when a version cannot be deleted', async () => {
    const stage = aStage();
    const refuse = () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));

    await rollOut({ ...stage.dependencies, deleteGuardrailVersion: refuse });

    expect(stage.printed.at(-1)).toMatch(/^Unused versions of the guardrail stay until the next rollout: /);
  });

  it('keeps all when the rollout failed', async () => {
    const stage = aStage();
    stage.publish('event-projector', 5);
    stage.fails.add('nova-event-projector');

    await expect(rollOut(stage.dependencies)).rejects.toThrow(/failed/);

    expect(kept(stage)).toHaveLength(7);
  });
});

describe('a version of a guardrail', () => {
  const missing = Object.assign(new Error('none'), { name: 'ResourceNotFoundException' });

  it('is deleted by its number, never without one', async () => {
    const { ask, asked } = scriptedQuestions({ 'bedrock:DeleteGuardrail': () => '' });
    const remove = deletesGuardrailVersion(ask, 'eu-west-1');

    expect(await remove({ guardrail: 'g1', version: 3 })).toBe(true);
    for (const version of [0, Number.NaN])
      await expect(remove({ guardrail: 'g1', version })).rejects.toThrow();

    expect(asked).toMatchObject([{ method: 'DELETE', path: '/guardrails/g1?guardrailVersion=3' }]);
  });

  it('may be gone already', async () => {
    const { ask } = scriptedQuestions({
      'bedrock:DeleteGuardrail': () => {
        throw missing;
      },
    });

    expect(await deletesGuardrailVersion(ask, 'eu-west-1')({ guardrail: 'g1', version: 3 })).toBe(false);
  });
});
