import type { DomainEvent, EventMetadata, StreamId } from '@nova/shared/events/index';
import type { EventStore } from '../../../../lambdas/event-store/store.ts';
import type { SeededRandom } from '../../seeded-random.ts';

/** What a writer is given. */
export interface WriterDependencies {
  readonly store: EventStore;
  readonly random: SeededRandom;
  readonly metadata: EventMetadata;
  /** Ids of content items of the same tenant that were registered. */
  readonly contentIds: readonly string[];
}

/** How streams of one kind come to be. */
export interface History {
  /**
   * One command on a stream, whatever there is of it so far.
   * @returns whether it came to anything; a stream that is over takes nothing more
   */
  write(dependencies: WriterDependencies, stream: StreamId): Promise<boolean>;
  /** An event that may stand anywhere in a stream that has begun, for streams that cannot be read. */
  note(random: SeededRandom): DomainEvent;
}
