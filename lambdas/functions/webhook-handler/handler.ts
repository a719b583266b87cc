import type { EventBridgeEvent } from 'aws-lambda';
import { isDomainEvent } from '../../commands/publish.ts';
import { openEventStore } from '../../event-store/dynamodb-store.ts';
import { documentClient } from '../../runtime/clients.ts';
import { environmentOf } from '../../runtime/environment.ts';
import { follow, instrument } from '../../runtime/instrumentation.ts';
import { notifyJobEnd } from './notify-job-end.ts';

const environment = environmentOf('webhook-handler');
const store = openEventStore(documentClient(), environment);

/** Calls the webhooks of jobs that have ended. Receivers may be slow or hostile, so this function does nothing else. */
export const handler = instrument<EventBridgeEvent<string, unknown>, void>(async (event) => {
  if (!isDomainEvent(event, 'JobCompleted', 'JobFailed', 'JobCancelled')) {
    throw new Error(`No call for ${event.source} ${event['detail-type']}`);
  }
  follow({ correlationId: event.detail.metadata.correlationId, tenant: event.detail.stream.tenant });
  await notifyJobEnd(store, event.detail, { internalHosts: environment.WEBHOOK_INTERNAL_HOSTS });
});
