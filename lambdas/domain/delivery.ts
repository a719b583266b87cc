import type { deliveryOutcomes } from '@nova/shared/api/webhooks';
import type { DomainEvent } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';

/** The events of a webhook's deliveries. */
export type WebhookEvent = DomainEvent<'WebhookCalled' | 'WebhookEnded' | 'WebhookRequested'>;

/** The delivery of a job's last end to its webhook. */
export interface Delivery {
  /** Version of the event that ended the job. */
  readonly id: number;
  readonly status: 'pending' | DeliveryOutcome;
  /** All calls so far. */
  readonly calls: number;
  /** Calls before the delivery was last requested: pauses grow from there. */
  readonly callsBefore: number;
  /** When the next call is due: ISO 8601, UTC. */
  readonly next?: string;
}

export type DeliveryOutcome = (typeof deliveryOutcomes)[number];

/** How a call ended: with an answer, or with a failure such as `ECONNREFUSED`. Neither names the receiver. */
export type CallResult =
  | { readonly status: number; readonly retryAfterMs?: number }
  | { readonly failure: string };

/** Code of a call that is not made because of its address. */
export const addressRefused = 'ADDRESS_REFUSED';

/** The delivery with these ids before any call of it. */
export const newDelivery = (id: number): Delivery => ({ id, status: 'pending', calls: 0, callsBefore: 0 });

/** The delivery after one more event. An event of an earlier delivery changes nothing. */
export function evolveDelivery(before: Delivery | undefined, event: WebhookEvent): Delivery {
  const id = event.data.delivery;
  if (before && id < before.id) return before;
  const { next: _, ...current } = before?.id === id ? before : newDelivery(id);
  switch (event.type) {
    case 'WebhookCalled': {
      const { attempt, next } = event.data;
      return { ...current, calls: attempt, ...(next ? { next } : {}) };
    }
    case 'WebhookEnded':
      return { ...current, status: event.data.outcome };
    case 'WebhookRequested':
      return { ...current, status: 'pending', callsBefore: current.calls };
  }
}

/**
 * What a delivery ends with after a call; undefined when another call may succeed.
 * Source: RFC 9110, 15.5.11 "410 Gone".
 */
export function outcomeOf(result: CallResult): DeliveryOutcome | undefined {
  if ('failure' in result) return result.failure === addressRefused ? 'undelivered' : undefined;
  if (result.status >= 200 && result.status <= 299) return 'delivered';
  return result.status === 410 ? 'refused' : undefined;
}

/**
 * Milliseconds until the next call; undefined when there is none.
 * @param failures calls that failed since the delivery was requested, 1 at least
 * @param chance 0 to 1
 */
export function pauseAfter(failures: number, result: CallResult, chance: number): number | undefined {
  const pause = limits.webhookRetriesMs[failures - 1];
  if (pause === undefined) return undefined;
  const jittered = pause * (1 + limits.webhookJitter * (2 * chance - 1));
  const asked = 'status' in result && [429, 503].includes(result.status) ? (result.retryAfterMs ?? 0) : 0;
  return Math.round(Math.max(jittered, Math.min(asked, limits.webhookRetryAfterMs)));
}

/** A call that was made. */
export interface Call {
  readonly delivery: number;
  readonly attempt: number;
  readonly at: Date;
  readonly result: CallResult;
}

/** The call as events: with the next one, or with the end of the delivery. */
export function callEvents(
  { callsBefore }: Pick<Delivery, 'callsBefore'>,
  { delivery, attempt, at, result }: Call,
  chance: number,
): WebhookEvent[] {
  const pause = outcomeOf(result) ? undefined : pauseAfter(attempt - callsBefore, result, chance);
  const outcome = outcomeOf(result) ?? (pause === undefined ? 'undelivered' : undefined);
  const called: WebhookEvent = {
    type: 'WebhookCalled',
    data: {
      delivery,
      attempt,
      at: at.toISOString(),
      ...('status' in result ? { status: result.status } : { failure: result.failure }),
      ...(pause === undefined ? {} : { next: new Date(at.getTime() + pause).toISOString() }),
    },
  };
  return outcome ? [called, { type: 'WebhookEnded', data: { delivery, outcome } }] : [called];
}
