import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import {
  type EventType,
  eventSource,
  events as eventTypes,
  type PublishedEvent,
  type StreamEvent,
} from '@nova/shared/events/index';
import { asErased } from '@nova/shared/events/personal';
import { eventId } from '@nova/shared/tables';
import { batches } from '../../../runtime/batches.ts';

/** Entries of one PutEvents call, and their bytes together. Source: EventBridge API reference, PutEvents. */
const entriesPerCall = 10;
const bytesPerCall = 1024 * 1024;

/**
 * Puts events on the bus, in order.
 * @throws Error when the bus did not take one of them
 */
export type Publish = (events: readonly StreamEvent[]) => Promise<void>;

/**
 * A publisher to a bus. A retried delivery publishes again, so each event carries a stable id, by which a consumer can drop
 * a repeat. Personal data is replaced by placeholders; a consumer that needs it reads the stream.
 */
export function publisher(client: Pick<EventBridgeClient, 'send'>, bus: string): Publish {
  return async (events) => {
    const entries = events.map((event) => entryOf(event, bus));
    for (const Entries of batches(entries, entriesPerCall, bytesPerCall, entryBytes)) {
      const answer = await client.send(new PutEventsCommand({ Entries }));
      const refused = answer.Entries?.find((entry) => entry.ErrorCode);
      if (refused) throw new Error(`The bus refused an event: ${refused.ErrorCode} ${refused.ErrorMessage}`);
    }
  };
}

/** Events on the bus stay in its archive, in queues and logs, where no erasure reaches: they hold no personal data. */
function entryOf(event: StreamEvent, bus: string) {
  const { personal }: EventType = eventTypes[event.type];
  const published: PublishedEvent = asErased(
    { ...event, id: eventId(event.stream, event.version) },
    personal,
  );
  return {
    EventBusName: bus,
    Source: eventSource,
    DetailType: event.type,
    Time: new Date(event.occurredAt),
    Detail: JSON.stringify(published),
  } satisfies PutEventsRequestEntry;
}

/** Size of an entry as EventBridge counts it. Source: EventBridge user guide, "Calculating PutEvents event entry size". */
function entryBytes({ Source, DetailType, Detail }: ReturnType<typeof entryOf>): number {
  const timeBytes = 14;
  return timeBytes + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
}
