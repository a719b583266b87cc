import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventSource, type PublishedEvent, type StreamEvent } from '@nova/shared/events/index';
import { eventId } from '@nova/shared/tables';

/** Entries of one PutEvents call. EventBridge quotas: 10. */
const entriesPerCall = 10;

/**
 * Puts events on the bus, in order. Each carries its stable id, so that a consumer can drop a repeat: a delivery that
 * is retried publishes again.
 * @throws Error when the bus did not take one of them
 */
export async function publish(
  client: EventBridgeClient,
  bus: string,
  events: readonly StreamEvent[],
): Promise<void> {
  for (let at = 0; at < events.length; at += entriesPerCall) {
    const Entries = events.slice(at, at + entriesPerCall).map((event) => ({
      EventBusName: bus,
      Source: eventSource,
      DetailType: event.type,
      Time: new Date(event.occurredAt),
      Detail: JSON.stringify(toPublished(event)),
    }));
    const answer = await client.send(new PutEventsCommand({ Entries }));
    const refused = answer.Entries?.find((entry) => entry.ErrorCode);
    if (refused) throw new Error(`The bus refused an event: ${refused.ErrorCode} ${refused.ErrorMessage}`);
  }
}

function toPublished(event: StreamEvent): PublishedEvent {
  return { ...event, id: eventId(event.stream, event.version) };
}
