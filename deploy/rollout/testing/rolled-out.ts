import { StageDouble } from './stage-fixture.ts';

export const startedAt = '2026-11-27T10:00:00.000Z';

/** A stage in which the projector came from version 3 to 4, and nothing else did. */
export function rolledOut(answers: ConstructorParameters<typeof StageDouble>[0] = {}): StageDouble {
  const stage = new StageDouble(answers);
  stage.record = { startedAt, before: { 'nova-event-projector': 3 }, state: 'through' };
  Object.assign(stage.of('event-projector'), { live: 4, newest: 4 });
  Object.assign(stage.of('agent-core'), { live: 6, newest: 6 });
  return stage;
}

/** … and in which agent-core came from 5 to 6 with it. */
export function twoRolledOut(answers: ConstructorParameters<typeof StageDouble>[0] = {}): StageDouble {
  const stage = rolledOut(answers);
  stage.record = { startedAt, before: { 'nova-event-projector': 3, 'nova-agent-core': 5 }, state: 'through' };
  return stage;
}
