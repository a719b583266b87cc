import type { DomainEvent } from '@nova/shared/events/index';

/**
 * A history and what it means: `initialState` before the first event, `evolve` for each event after. Pure. Commands
 * are functions beside it that look at the state and return the events to append, or throw a {@link DomainError}.
 */
export interface AggregateRoot<S, E extends DomainEvent> {
  /**
   * Number of what `evolve` makes of events. Raise it whenever it makes anything else of any: snapshots that were kept
   * under another number are not used.
   */
  readonly stateVersion: number;
  readonly initialState: S;
  evolve(state: S, event: E): S;
  /** Content item whose erasure erases the state too; the history's own erasure does when there is none. */
  contentId?(state: S): string | undefined;
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
