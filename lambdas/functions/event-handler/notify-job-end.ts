import { type JobEnded, jobEnds } from '@nova/shared/api/webhooks';
import type { PublishedEvent } from '@nova/shared/events/index';
import { apiStage } from '@nova/shared/routes';
import { currentState } from '../../commands/execute.ts';
import { job } from '../../domain/job.ts';
import type { EventStore } from '../../event-store/store.ts';
import { callWebhook } from '../../webhooks/call.ts';

export type JobEnd = PublishedEvent<keyof typeof jobEnds>;

/**
 * Calls the job's webhook when the job has ended. An event may be delivered twice, so a receiver may get two calls with the
 * same id.
 * @throws as {@link callWebhook} does: Lambda retries, then the event becomes a dead letter
 */
export async function notifyJobEnd(
  store: EventStore,
  event: JobEnd,
  internalHosts: readonly string[],
): Promise<void> {
  const state = await currentState(store, job, event.stream);
  if (state.status === 'none' || !state.webhook) return;
  const status = jobEnds[event.type];
  const body: JobEnded = {
    type: `job.${status}`,
    timestamp: event.occurredAt,
    data: {
      jobId: event.stream.id,
      kind: state.task.kind,
      contentId: state.contentId,
      status,
      ...(event.type === 'JobFailed' ? { failure: event.data } : {}),
      href: `/${apiStage}/jobs/${event.stream.id}`,
    },
  };
  const id = `${event.stream.id}@${event.version}`;
  await callWebhook(state.webhook, id, JSON.stringify(body), internalHosts);
}
