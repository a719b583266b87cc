import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { type JobEnded, jobEnds } from '@nova/shared/api/webhooks';
import { contentStream, type PublishedEvent } from '@nova/shared/events/index';
import { webhooksUndelivered } from '@nova/shared/metrics';
import { apiStage } from '@nova/shared/routes';
import { currentState } from '../../commands/execute.ts';
import { content } from '../../domain/content.ts';
import { job } from '../../domain/job.ts';
import type { EventStore } from '../../event-store/store.ts';
import { logger, metrics } from '../../runtime/instrumentation.ts';
import { type Delivery, type DeliveryDependencies, deliver } from '../../webhooks/deliver.ts';

export type JobEnd = PublishedEvent<keyof typeof jobEnds>;

/**
 * Calls the job's webhook when the job has ended. An event may be delivered twice, so a receiver may get two calls with the
 * same id. Nothing is called once the item is deleted: the decision reads the item's own stream, because keys are cached for a
 * minute and the webhook of a deleted item may still decrypt. A receiver that does not accept the call is no error of this
 * function: it ends in the log and in a metric.
 */
export async function notifyJobEnd(
  store: EventStore,
  event: JobEnd,
  dependencies: Omit<DeliveryDependencies, 'wanted'>,
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
  const item = contentStream(event.stream.tenant, state.contentId);
  const wanted = async () => (await currentState(store, content, item)).status !== 'deleted';
  const id = `${event.stream.id}@${event.version}`;
  report(id, await deliver(state.webhook, id, JSON.stringify(body), { ...dependencies, wanted }));
}

/** Logs how a delivery ended, without the address, which may be confidential. */
function report(id: string, { outcome, calls }: Delivery): void {
  if (outcome !== 'undelivered') {
    logger.info('A webhook delivery has ended', { webhookId: id, outcome, calls });
    return;
  }
  logger.warn('A webhook was not delivered', { webhookId: id, calls });
  metrics.addMetric(webhooksUndelivered, MetricUnit.Count, 1);
}
