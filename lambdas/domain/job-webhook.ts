import type { JobEvent } from '@nova/shared/events/index';
import { type Call, callEvents, type Delivery, type DeliveryOutcome, newDelivery } from './delivery.ts';
import { DomainError, notFound } from './errors.ts';
import { ended, type JobState } from './job.ts';

/**
 * The delivery of a job's end, as far as it still matters; undefined once the job was retried or has ended again. Of several
 * ends, the last one whose webhook was called counts.
 * @param id version of the event that ended the job
 */
export function deliveryOf(state: JobState, id: number): Delivery | undefined {
  if (state.status === 'none' || !ended(state)) return undefined;
  const { delivery } = state;
  if (!delivery || delivery.id < id) return newDelivery(id);
  return delivery.id === id ? delivery : undefined;
}

/** Records a call. Returns no event when it is recorded already, or its delivery has ended. */
export function recordCall(state: JobState, call: Call, chance: number): JobEvent[] {
  const delivery = deliveryOf(state, call.delivery);
  if (delivery?.status !== 'pending' || call.attempt !== delivery.calls + 1) return [];
  return callEvents(delivery, call, chance);
}

/** Ends a delivery without a call. Returns no event when it has ended. */
export function endDelivery(state: JobState, id: number, outcome: DeliveryOutcome): JobEvent[] {
  if (deliveryOf(state, id)?.status !== 'pending') return [];
  return [{ type: 'WebhookEnded', data: { delivery: id, outcome } }];
}

/**
 * Requests a delivery again that has ended without success.
 * @throws DomainError `not-found`, also for a job without a webhook; `conflict` when the delivery has not ended, or needs no call
 */
export function redriveWebhook(state: JobState, jobId: string): JobEvent[] {
  if (state.status === 'none') throw notFound('job', jobId);
  if (!state.webhook) throw new DomainError('not-found', `Job ${jobId} has no webhook.`);
  const { delivery } = state;
  if (!ended(state)) {
    throw new DomainError('conflict', `Job ${jobId} is ${state.status}; its webhook is called when it ends.`);
  }
  if (!delivery || delivery.status === 'pending') {
    const when = delivery?.next ? `, the next time at ${delivery.next}` : '';
    throw new DomainError('conflict', `The webhook of job ${jobId} is still being called${when}.`);
  }
  if (delivery.status !== 'undelivered' && delivery.status !== 'refused') {
    throw new DomainError('conflict', `The webhook of job ${jobId} is ${delivery.status}.`);
  }
  return [{ type: 'WebhookRequested', data: { delivery: delivery.id } }];
}
