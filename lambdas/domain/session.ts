import type { DomainEvent, SessionEvent } from '@nova/shared/events/index';
import type { AggregateRoot } from './aggregate.ts';
import { notFound } from './errors.ts';

/** State of a conversation. */
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

/** @throws DomainError `not-found` when the session never existed or is deleted */
export function open(state: SessionState, id: string): SessionState {
  if (state.status !== 'open') throw notFound('session', id);
  return state;
}

/** Starts the session before its first answer. Returns no event when it has started. */
export function startSession(state: SessionState): SessionEvent[] {
  return state.status === 'none' ? [{ type: 'SessionStarted', data: {} }] : [];
}

/**
 * Completes a turn with its reply; the first turn starts the session. Returns no event when the session is deleted.
 * @param turn message and reply, without the turn's number
 */
export function completeTurn(
  state: SessionState,
  turn: Omit<DomainEvent<'TurnCompleted'>['data'], 'turn'>,
): SessionEvent[] {
  if (state.status === 'deleted') return [];
  return [...startSession(state), { type: 'TurnCompleted', data: { turn: state.turns + 1, ...turn } }];
}

/** Ends a turn that has no reply. */
export function failTurn(state: SessionState, reason: string): SessionEvent[] {
  if (state.status === 'deleted') return [];
  return [...startSession(state), { type: 'TurnFailed', data: { reason } }];
}

/**
 * Asks to stop the answer in progress. The events do not record whether one is in progress.
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
