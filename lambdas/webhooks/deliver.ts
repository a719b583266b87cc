import { setTimeout as sleep } from 'node:timers/promises';
import type { Webhook } from '@nova/shared/api/webhooks';
import { limits } from '@nova/shared/limits';
import { addressRefused } from './address.ts';
import { type CallDependencies, type CallOutcome, callWebhook, timedOut } from './call.ts';

export interface DeliveryDependencies extends CallDependencies {
  /** Waits so many milliseconds; a timer when absent. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** How a delivery ended. `refused`: the receiver answered 410 and wants no more calls. */
export interface Delivery {
  readonly outcome: 'delivered' | 'refused' | 'undelivered' | 'unwanted';
  /** Every call, in order. */
  readonly calls: readonly CallOutcome[];
}

/**
 * Calls a webhook until it accepts the message with a 2xx, at most once more for each of {@link limits.webhookPausesMs}.
 * 410 ends the delivery. So does a call that times out: the calls of other receivers wait meanwhile.
 * Sources: Standard Webhooks specification, "Deliverability and reliability"; RFC 9110, 15.5.11 "410 Gone".
 * @throws what `wanted` throws; never because of the receiver
 */
export async function deliver(
  webhook: Webhook,
  id: string,
  body: string,
  { pause = sleep, ...dependencies }: DeliveryDependencies,
): Promise<Delivery> {
  const calls: CallOutcome[] = [];
  for (const milliseconds of [0, ...limits.webhookPausesMs]) {
    if (milliseconds > 0) await pause(milliseconds);
    if (!(await dependencies.wanted())) return { outcome: 'unwanted', calls };
    const call = await callWebhook(webhook, id, body, dependencies);
    calls.push(call);
    const outcome = finalOutcome(call);
    if (outcome) return { outcome, calls };
  }
  return { outcome: 'undelivered', calls };
}

/** Failures after which no further call is made. */
const lastFailures = [timedOut, addressRefused];

/** What the delivery ends with after a call; undefined when another call may succeed. */
function finalOutcome(call: CallOutcome): Delivery['outcome'] | undefined {
  if (call === 'unwanted') return call;
  if ('failure' in call) return lastFailures.includes(call.failure) ? 'undelivered' : undefined;
  if (call.status >= 200 && call.status <= 299) return 'delivered';
  return call.status === 410 ? 'refused' : undefined;
}
