import type { DomainEvent } from '@nova/shared/events/index';

/**
 * An aggregate's state: `initialState` before the first event, `evolve` for each event after. Pure. Commands are separate
 * functions that take the state and return the events to append, or throw a {@link DomainError}.
 */
export interface AggregateRoot<S, E extends DomainEvent> {
  /**
   * Version of `evolve`'s results. Raise it whenever any event leads to another state: snapshots of another version are
   * not used.
   */
  readonly stateVersion: number;
  readonly initialState: S;
  evolve(state: S, event: E): S;
  /** Content item whose erasure also erases the state; undefined when only the stream's own erasure does. */
  contentId?(state: S): string | undefined;
}

/** State after events, in order. */
export function fold<S, E extends DomainEvent>(
  root: AggregateRoot<S, E>,
  events: Iterable<E>,
  from: S = root.initialState,
): S {
  let state = from;
  for (const event of events) state = root.evolve(state, event);
  return state;
}
