import { events as eventTypes, type StreamEvent, type StreamId } from '@nova/shared/events/index';
import { streamKey } from '@nova/shared/tables';
import { ConcurrencyError, type EventStore } from '../events/store.ts';

/** An event store in memory, for tests: the same promises as the real one. */
export function memoryEventStore(): EventStore {
  const streams = new Map<string, StreamEvent[]>();
  const eventsOf = (stream: StreamId) => streams.get(streamKey(stream)) ?? [];
  return {
    async load(stream, after = 0) {
      const events = eventsOf(stream).slice(after);
      return { events, version: events.at(-1)?.version ?? after };
    },
    async version(stream) {
      return eventsOf(stream).length;
    },
    async append(stream, expectedVersion, { occurredAt, metadata, events }) {
      const before = eventsOf(stream);
      if (before.length !== expectedVersion) {
        throw new ConcurrencyError(streamKey(stream), expectedVersion, 'another');
      }
      const appended = events.map(
        ({ type, data }, place) =>
          ({
            type,
            data: eventTypes[type].data.parse(data),
            schemaVersion: eventTypes[type].schemaVersion,
            occurredAt: occurredAt.toISOString(),
            metadata,
            stream,
            version: expectedVersion + place + 1,
          }) as StreamEvent,
      );
      streams.set(streamKey(stream), [...before, ...appended]);
      return expectedVersion + events.length;
    },
  };
}
