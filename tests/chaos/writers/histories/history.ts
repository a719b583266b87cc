import type { DomainEvent, EventMetadata, StreamId } from '@nova/shared/events/index';
import type { EventStore } from '../../../../lambdas/event-store/store.ts';
import type { SeededRandom } from '../../seeded-random.ts';

/** The dependencies of a writer. */
export interface WriterDependencies {
  readonly store: EventStore;
  readonly random: SeededRandom;
  readonly metadata: EventMetadata;
  /** Ids of registered content items of the same tenant. */
  readonly contentIds: readonly string[];
}

/** How streams of one kind are written. */
export interface History {
  /**
   * Runs one command on a stream in any state.
   * @returns whether it appended anything; a stream that has ended accepts no more
   */
  write(dependencies: WriterDependencies, stream: StreamId): Promise<boolean>;
  /** An event that is valid at any version of a stream that has begun, for streams that cannot be read. */
  note(random: SeededRandom): DomainEvent;
}
