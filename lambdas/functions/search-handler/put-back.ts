import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventSource } from '@nova/shared/events/index';
import type { DomainBridgeEvent } from '../../commands/publish.ts';
import { timeLimits } from '../../runtime/clients.ts';
import { tracer } from '../../runtime/instrumentation.ts';

/**
 * Puts an event back on the bus, whose rules now deliver it to `index-handler`. Events that Lambda had accepted for this
 * function before that one existed come here, as do redriven dead letters of that time.
 * @throws Error when the bus does not take it, so that Lambda retries
 */
export async function putBack(
  { 'detail-type': DetailType, time, detail }: DomainBridgeEvent,
  EventBusName: string,
  client: Pick<EventBridgeClient, 'send'> = eventBridgeClient(),
): Promise<void> {
  const entry = {
    EventBusName,
    Source: eventSource,
    DetailType,
    Time: new Date(time),
    Detail: JSON.stringify(detail),
  };
  const { Entries: [result] = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
  if (result?.ErrorCode)
    throw new Error(`The bus refused an event: ${result.ErrorCode} ${result.ErrorMessage}`);
}

const eventBridgeClient = () =>
  tracer.captureAWSv3Client(new EventBridgeClient({ requestHandler: timeLimits(5000) }));
