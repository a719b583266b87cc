import type { DomainEvent } from '@nova/shared/events/index';

/**
 * A history and what it means: `initialState` before the first event, `evolve` for each event after. Pure. Commands
 * are functions beside it that look at the state and return the events to append, or throw a {@link DomainError}.
 */
export interface AggregateRoot<S, E extends DomainEvent> {
  readonly initialState: S;
  evolve(state: S, event: E): S;
}

/** State of a history, from its events in order. */
export function fold<S, E extends DomainEvent>(
  root: AggregateRoot<S, E>,
  events: Iterable<E>,
  from: S = root.initialState,
): S {
  let state = from;
  for (const event of events) state = root.evolve(state, event);
  return state;
}
