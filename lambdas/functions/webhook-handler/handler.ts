import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { isDomainEvent } from '../../commands/publish.ts';
import { openEventStore } from '../../event-store/dynamodb-store.ts';
import { documentClient, timeLimits } from '../../runtime/clients.ts';
import { environmentOf } from '../../runtime/environment.ts';
import { instrument } from '../../runtime/instrumentation.ts';
import { type DueCall, parseScheduled } from '../../webhooks/due-call.ts';
import { dynamodbPlaces } from '../../webhooks/places.ts';
import { scheduler } from '../../webhooks/scheduler.ts';
import { makeDueCall } from './make-call.ts';

const environment = environmentOf('webhook-handler');
const dynamodb = documentClient();
const dependencies = {
  store: openEventStore(dynamodb, environment),
  places: dynamodbPlaces(dynamodb, environment.REQUESTS_TABLE),
  schedule: scheduler(
    new SchedulerClient({ requestHandler: timeLimits(5000) }),
    environment.WEBHOOK_SCHEDULES,
  ),
  internalHosts: environment.WEBHOOK_INTERNAL_HOSTS,
};

/**
 * Calls the webhook of a job: when the job ends, when a schedule says so, or when the key's owner requests it. One invocation makes
 * one call. Receivers may be slow or hostile, so this function does nothing else.
 */
export const handler = instrument<unknown, void>(async (event) => {
  await makeDueCall(dueCallOf(event), dependencies);
});

function dueCallOf(event: unknown): DueCall {
  if (isDomainEvent(event, 'JobCompleted', 'JobFailed', 'JobCancelled')) {
    const { stream, version } = event.detail;
    return { stream, delivery: version, attempt: 1, putOff: 0 };
  }
  if (isDomainEvent(event, 'WebhookRequested')) {
    const { stream, data } = event.detail;
    return { stream, delivery: data.delivery, putOff: 0 };
  }
  const scheduled = parseScheduled(event);
  if (!scheduled) throw new Error('The event is no reason to call a webhook');
  return scheduled;
}
