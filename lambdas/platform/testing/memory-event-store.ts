import { events as eventTypes, type StreamEvent, type StreamId } from '@nova/shared/events/index';
import { streamKey } from '@nova/shared/tables';
import { type Commit, ConcurrencyError, type EventStore } from '../events/store.ts';

interface Stored {
  readonly commitId: string;
  readonly events: readonly StreamEvent[];
}

/** An event store in memory, for tests: the same promises as the real one, and it refuses to leave a gap. */
export function memoryEventStore(): EventStore {
  const streams = new Map<string, Stored[]>();
  const commitsOf = (stream: StreamId) => streams.get(streamKey(stream)) ?? [];
  const eventsOf = (stream: StreamId) => commitsOf(stream).flatMap(({ events }) => events);
  return {
    async load(stream, after = 0) {
      const events = eventsOf(stream).slice(after);
      return { events, version: events.at(-1)?.version ?? after };
    },
    async version(stream) {
      return eventsOf(stream).length;
    },
    async append(stream, expectedVersion, commit) {
      const commits = commitsOf(stream);
      const first = expectedVersion + 1;
      const there = commits.find(({ events }) => events[0]?.version === first);
      if (there && there.commitId !== commit.commitId) {
        throw new ConcurrencyError(streamKey(stream), expectedVersion, there.commitId, there.events.length);
      }
      if (!there) {
        const length = eventsOf(stream).length;
        if (length !== expectedVersion) throw new Error(`Version ${first} cannot follow ${length}`);
        const events = storedEvents(stream, first, commit);
        streams.set(streamKey(stream), [...commits, { commitId: commit.commitId, events }]);
      }
      return expectedVersion + commit.events.length;
    },
  };
}

function storedEvents(
  stream: StreamId,
  first: number,
  { occurredAt, metadata, events }: Commit,
): StreamEvent[] {
  return events.map(
    ({ type, data }, place) =>
      ({
        type,
        data: eventTypes[type].data.parse(data),
        schemaVersion: eventTypes[type].schemaVersion,
        occurredAt: occurredAt.toISOString(),
        metadata,
        stream,
        version: first + place,
      }) as StreamEvent,
  );
}
