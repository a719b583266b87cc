import type { DomainEvent, SessionEvent } from '@nova/shared/events/index';
import { execute } from '../../../../lambdas/commands/execute.ts';
import { fold } from '../../../../lambdas/domain/aggregate.ts';
import {
  completeTurn,
  deleteSession,
  failTurn,
  type SessionState,
  session,
  stopAnswer,
} from '../../../../lambdas/domain/session.ts';
import type { SeededRandom } from '../../seeded-random.ts';
import type { History } from './history.ts';

/** Sessions of some turns; some are deleted. */
export const sessionHistory: History = {
  async write({ store, random, metadata }, stream) {
    const commands = Array.from({ length: random.integer(1, 3) }, () => commandOf(random, stream.id));
    const ends = random.chance(0.02);
    const { appended } = await execute(store, session, stream, metadata, (before) => {
      if (before.status === 'deleted') return [];
      if (ends && before.status === 'open') return deleteSession(before, stream.id);
      return inTurn(before, commands);
    });
    return appended.length > 0;
  },
  note: (random) => ({ type: 'TurnFailed', data: { reason: `Failed for reason ${random.integer(1, 99)}` } }),
};

type Command = (state: SessionState) => SessionEvent[];

/** The events of consecutive commands, as one commit. */
function inTurn(before: SessionState, commands: readonly Command[]): SessionEvent[] {
  const events: SessionEvent[] = [];
  for (const command of commands) events.push(...command(fold(session, events, before)));
  return events;
}

function commandOf(random: SeededRandom, id: string): Command {
  const reason = `Failed for reason ${random.integer(1, 99)}`;
  const turn = turnOf(random);
  if (random.chance(0.1)) return (state) => failTurn(state, reason);
  const stops = random.chance(0.05);
  return (state) => [
    ...(stops && state.status === 'open' ? stopAnswer(state, id) : []),
    ...completeTurn(state, turn),
  ];
}

function turnOf(random: SeededRandom): Omit<DomainEvent<'TurnCompleted'>['data'], 'turn'> {
  const number = random.integer(1, 1e6);
  return {
    message: `Question ${number}`,
    reply: `Answer ${number} ${'la '.repeat(random.integer(0, 200))}`,
    toolCalls: [],
    citations: [],
    usage: { inputTokens: number, outputTokens: 1 },
    model: 'm',
    stopReason: 'endTurn',
  };
}
