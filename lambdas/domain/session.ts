import type { DomainEvent, SessionEvent } from '@nova/shared/events/index';
import type { AggregateRoot } from './aggregate.ts';
import { notFound } from './errors.ts';

/** What a conversation's history says. */
export interface SessionState {
  readonly status: 'none' | 'open' | 'deleted';
  readonly turns: number;
}

export const session: AggregateRoot<SessionState, SessionEvent> = {
  stateVersion: 1,
  initialState: { status: 'none', turns: 0 },
  evolve,
};

function evolve(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'SessionStarted':
      return { status: 'open', turns: 0 };
    case 'TurnCompleted':
      return { ...state, turns: event.data.turn };
    case 'TurnFailed':
    case 'AnswerStopped':
      return state;
    case 'SessionDeleted':
      return { ...state, status: 'deleted' };
  }
}

/** @throws DomainError `not-found` when there is no such session, or no longer */
export function open(state: SessionState, id: string): SessionState {
  if (state.status !== 'open') throw notFound('session', id);
  return state;
}

/** The first answer of a session begins. Nothing when the session has started. */
export function startSession(state: SessionState): SessionEvent[] {
  return state.status === 'none' ? [{ type: 'SessionStarted', data: {} }] : [];
}

/**
 * A turn ended with a reply; the first one starts its session. Nothing when the session was deleted meanwhile.
 * @param turn what was said, without the turn's number
 */
export function completeTurn(
  state: SessionState,
  turn: Omit<DomainEvent<'TurnCompleted'>['data'], 'turn'>,
): SessionEvent[] {
  if (state.status === 'deleted') return [];
  return [...startSession(state), { type: 'TurnCompleted', data: { turn: state.turns + 1, ...turn } }];
}

/** A turn ended without a reply. */
export function failTurn(state: SessionState, reason: string): SessionEvent[] {
  if (state.status === 'deleted') return [];
  return [...startSession(state), { type: 'TurnFailed', data: { reason } }];
}

/**
 * Asks to stop the answer that is being made. Whether one is, the history does not say.
 * @throws DomainError `not-found`
 */
export function stopAnswer(state: SessionState, id: string): SessionEvent[] {
  open(state, id);
  return [{ type: 'AnswerStopped', data: {} }];
}

/** @throws DomainError `not-found` */
export function deleteSession(state: SessionState, id: string): SessionEvent[] {
  open(state, id);
  return [{ type: 'SessionDeleted', data: {} }];
}
