import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { type JobEnded, jobEnds } from '@nova/shared/api/webhooks';
import { contentStream, type EventMetadata, type StreamEvent } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { webhooksUndelivered } from '@nova/shared/metrics';
import { apiStage } from '@nova/shared/routes';
import { eventId } from '@nova/shared/tables';
import { currentState, execute } from '../../commands/execute.ts';
import { content } from '../../domain/content.ts';
import type { Delivery } from '../../domain/delivery.ts';
import { type ExistingJob, type JobState, job } from '../../domain/job.ts';
import { deliveryOf, endDelivery, recordCall } from '../../domain/job-webhook.ts';
import type { EventStore } from '../../event-store/store.ts';
import { follow, logger, metrics } from '../../runtime/instrumentation.ts';
import { type CallDependencies, type CallOutcome, callWebhook } from '../../webhooks/call.ts';
import type { DueCall } from '../../webhooks/due-call.ts';
import type { Places } from '../../webhooks/places.ts';
import type { ScheduleCall } from '../../webhooks/scheduler.ts';

export interface MakeCallDependencies extends Omit<CallDependencies, 'wanted'> {
  readonly store: EventStore;
  readonly places: Places;
  readonly schedule: ScheduleCall;
  /** The system's clock when absent. */
  readonly now?: () => Date;
  /** 0 to 1; Math.random when absent. */
  readonly chance?: () => number;
}

type JobEnd = StreamEvent<keyof typeof jobEnds>;

/**
 * Makes a call that is due, records it, and schedules the next. A call that is recorded already is not made again; one that was made
 * but not recorded is, so a receiver may get two calls with the same id. A receiver that does not accept a call is no error of this
 * function.
 */
export async function makeDueCall(due: DueCall, dependencies: MakeCallDependencies): Promise<void> {
  const { store, schedule } = dependencies;
  const { stream } = due;
  const state = await currentState(store, job, stream);
  const delivery = deliveryOf(state, due.delivery);
  if (state.status === 'none' || delivery?.status !== 'pending') return;
  const attempt = due.attempt ?? delivery.callsBefore + 1;
  if (attempt <= delivery.calls) return scheduleNext(due, delivery, schedule);
  const end = await endOf(store, due);
  if (!end) return;
  follow({ correlationId: end.metadata.correlationId, tenant: stream.tenant });
  const metadata = causedByEnd(end);
  const called = await callInPlace(state, { ...due, attempt }, end, dependencies);
  if (called === undefined) return;
  const { outcome, at } = called;
  if (outcome === 'unwanted') {
    await execute(store, job, stream, metadata, (before) => endDelivery(before, due.delivery, 'unwanted'));
    logger.info('A webhook is no longer called', { webhookId: idOf(due) });
    return;
  }
  const chance = (dependencies.chance ?? Math.random)();
  const call = { delivery: due.delivery, attempt, at, result: outcome };
  const { state: after } = await execute(store, job, stream, metadata, (before) =>
    recordCall(before, call, chance),
  );
  await scheduleNext(due, report(due, attempt, outcome, after), schedule);
}

/**
 * Calls the webhook in one of the key's places; without one, puts the call off. Nothing is called once the item is deleted: the
 * decision reads the item's own stream, because keys are cached for a minute and the webhook of a deleted item may still decrypt.
 * @returns undefined when there is nothing to record: the call was put off, or the job has no webhook
 */
async function callInPlace(
  { webhook, contentId, task }: ExistingJob,
  due: Required<DueCall>,
  end: JobEnd,
  { store, places, schedule, now = () => new Date(), chance = Math.random, ...rest }: MakeCallDependencies,
): Promise<{ readonly outcome: CallOutcome; readonly at: Date } | undefined> {
  const at = now();
  const item = contentStream(due.stream.tenant, contentId);
  const wanted = async () => (await currentState(store, content, item)).status !== 'deleted';
  // An erased item takes the address of its job's webhook with it.
  if (!webhook) return (await wanted()) ? undefined : { outcome: 'unwanted', at };
  if (!(await wanted())) return { outcome: 'unwanted', at };
  const free = await places.take(due.stream.tenant);
  if (!free) {
    const pause = limits.webhookPutOffMs * (0.5 + chance());
    await schedule({ ...due, putOff: due.putOff + 1 }, new Date(at.getTime() + pause));
    return undefined;
  }
  try {
    const body = JSON.stringify(bodyOf(task.kind, contentId, end));
    return { outcome: await callWebhook(webhook, idOf(due), body, { ...rest, wanted }), at };
  } finally {
    // The call was made; a place that is not freed is free again in a minute.
    await free().catch((error: Error) => logger.warn('A place of a key was not freed', error));
  }
}

/** The event that ended the job; undefined when the job was retried since. */
async function endOf(store: EventStore, { stream, delivery }: DueCall): Promise<JobEnd | undefined> {
  const { events } = await store.load(stream, delivery - 1);
  const [end, ...since] = events;
  if (!end || !(end.type in jobEnds) || since.some(({ type }) => type === 'JobRetried')) return undefined;
  return end as JobEnd;
}

function bodyOf(kind: JobEnded['data']['kind'], contentId: string, end: JobEnd): JobEnded {
  const status = jobEnds[end.type];
  return {
    type: `job.${status}`,
    timestamp: end.occurredAt,
    data: {
      jobId: end.stream.id,
      kind,
      contentId,
      status,
      ...(end.type === 'JobFailed' ? { failure: end.data } : {}),
      href: `/${apiStage}/jobs/${end.stream.id}`,
    },
  };
}

/** The same at every call of a delivery, so that the receiver processes it once. */
const idOf = ({ stream, delivery }: DueCall) => `${stream.id}@${delivery}`;

const causedByEnd = ({ stream, version, metadata }: JobEnd): EventMetadata => ({
  correlationId: metadata.correlationId,
  causationId: eventId(stream, version),
  actor: 'function:webhook-handler',
});

/** Schedules the next call, if there is one; again when the function died between recording and scheduling. */
async function scheduleNext(
  { stream, delivery: id }: DueCall,
  delivery: Delivery | undefined,
  schedule: ScheduleCall,
): Promise<void> {
  if (delivery?.status !== 'pending' || !delivery.next) return;
  await schedule({ stream, delivery: id, attempt: delivery.calls + 1, putOff: 0 }, new Date(delivery.next));
}

/** Logs how a call ended, without the address, which may be confidential. */
function report(due: DueCall, attempt: number, outcome: CallOutcome, after: JobState): Delivery | undefined {
  const delivery = deliveryOf(after, due.delivery);
  const details = { webhookId: idOf(due), attempt, outcome, next: delivery?.next };
  if (delivery?.status !== 'undelivered') {
    logger.info('A webhook was called', details);
    return delivery;
  }
  logger.warn('A webhook was not delivered', details);
  metrics.addMetric(webhooksUndelivered, MetricUnit.Count, 1);
  return delivery;
}
