import type { JobEvent } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from './aggregate.ts';
import { type CallResult, callEvents, newDelivery, pauseAfter } from './delivery.ts';
import { type JobState, job } from './job.ts';
import { deliveryOf, endDelivery, recordCall, redriveWebhook } from './job-webhook.ts';

const at = new Date('2026-01-01T00:00:00.000Z');
const webhook = { url: 'https://hooks.example.com/', secret: `whsec_${'A'.repeat(32)}` };
const contentId = '019ab000-0000-7000-8000-000000000001';
const requested: JobEvent = {
  type: 'JobRequested',
  data: { contentId, task: { kind: 'transcription' }, webhook },
};
const failed: JobEvent = { type: 'JobFailed', data: { reason: 'r', retriable: true } };
const retried: JobEvent = { type: 'JobRetried', data: { contentId, task: { kind: 'transcription' } } };
const ended = fold(job, [requested, failed]);

/** Makes calls of a delivery with these results until it ends. */
function call(state: JobState, delivery: number, results: readonly CallResult[], chance = 0.5): JobState {
  let now = state;
  for (const result of results) {
    const attempt = (deliveryOf(now, delivery)?.calls ?? 0) + 1;
    now = fold(job, recordCall(now, { delivery, attempt, at, result }, chance), now);
  }
  return now;
}
const times = (count: number, result: CallResult) => Array.from({ length: count }, () => result);

const aResult: fc.Arbitrary<CallResult> = fc.oneof(
  fc.record({ failure: fc.constantFrom('TIMEOUT', 'ECONNREFUSED') }),
  fc.record({ status: fc.integer({ min: 100, max: 599 }), retryAfterMs: fc.integer({ min: 0, max: 1e12 }) }),
);

describe('the pauses between the calls of a webhook', () => {
  it('grow over a day', () => {
    const pauses = limits.webhookRetriesMs.map((_, n) => pauseAfter(n + 1, { status: 500 }, 0.5) ?? 0);

    expect(pauses).toEqual([...limits.webhookRetriesMs]);
    expect(pauses.reduce((sum, pause) => sum + pause) / 3600_000).toBeCloseTo(23.6, 1);
    expect(pauseAfter(pauses.length + 1, { status: 500 }, 0.5)).toBeUndefined();
  });

  it('differ by a fifth at most, and a receiver may lengthen one to six hours, never shorten it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: limits.webhookRetriesMs.length }),
        aResult,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, result, chance) => {
          const pause = limits.webhookRetriesMs[failures - 1] ?? 0;
          const actual = pauseAfter(failures, result, chance) ?? 0;

          expect(actual).toBeGreaterThanOrEqual(Math.floor(pause * 0.8));
          expect(actual).toBeLessThanOrEqual(Math.max(Math.ceil(pause * 1.2), limits.webhookRetryAfterMs));
        },
      ),
    );
  });

  it.each([
    [503, 3600_000],
    [429, 3600_000],
    [500, 5_000],
  ])('after %d with Retry-After: 3600 is %d ms', (status, pause) => {
    expect(pauseAfter(1, { status, retryAfterMs: 3600_000 }, 0.5)).toBe(pause);
  });
});

describe('a delivery', () => {
  it.each([
    [{ status: 204 }, 'delivered'],
    [{ status: 410 }, 'refused'],
    [{ failure: 'ADDRESS_REFUSED' }, 'undelivered'],
  ] as const)('ends with the call that results in %j, as %s', (result, outcome) => {
    const state = call(ended, 2, [result]);

    expect(state).toMatchObject({ delivery: { id: 2, status: outcome, calls: 1 } });
    expect(state).not.toHaveProperty('delivery.next');
  });

  it.each([{ status: 500 }, { status: 302 }, { status: 404 }, { failure: 'TIMEOUT' }])(
    'that results in %j is called eight times',
    (result) => {
      const most = limits.webhookRetriesMs.length + 1;

      expect(call(ended, 2, times(most - 1, result))).toMatchObject({
        delivery: { status: 'pending', calls: most - 1, next: '2026-01-01T15:00:00.000Z' },
      });
      expect(call(ended, 2, times(most + 5, result))).toMatchObject({
        delivery: { status: 'undelivered', calls: most },
      });
    },
  );

  it('ends after a bounded number of calls, whatever receivers answer, and each call but the last has a next', () => {
    fc.assert(
      fc.property(fc.array(aResult, { minLength: 8, maxLength: 20 }), (results) => {
        let delivery = newDelivery(2);
        let calls = 0;
        for (const result of results) {
          if (delivery.status !== 'pending') break;
          calls += 1;
          const events = callEvents(delivery, { delivery: 2, attempt: calls, at, result }, 0.5);
          const isEnd = events.some(({ type }) => type === 'WebhookEnded');
          expect('next' in (events[0]?.data ?? {})).toBe(!isEnd);
          delivery = { ...delivery, calls, status: isEnd ? 'undelivered' : 'pending' };
        }
        expect(calls).toBeLessThanOrEqual(limits.webhookRetriesMs.length + 1);
        expect(delivery.status).not.toBe('pending');
      }),
    );
  });

  it('records a call once, none out of order and none after its end', () => {
    const once = call(ended, 2, [{ status: 500 }]);
    const made = { delivery: 2, at, result: { status: 500 } };

    expect(recordCall(once, { ...made, attempt: 1 }, 0)).toEqual([]);
    expect(recordCall(once, { ...made, attempt: 3 }, 0)).toEqual([]);
    expect(recordCall(call(once, 2, [{ status: 204 }]), { ...made, attempt: 3 }, 0)).toEqual([]);
    expect(endDelivery(once, 2, 'unwanted')).toHaveLength(1);
    expect(endDelivery(call(once, 2, [{ status: 204 }]), 2, 'unwanted')).toEqual([]);
  });

  it('of an end before a retry no longer counts', () => {
    const again = fold(job, [retried], call(ended, 2, [{ status: 500 }]));
    const endedAgain = fold(job, [failed], again);

    expect(deliveryOf(again, 2)).toBeUndefined();
    expect(endDelivery(again, 2, 'unwanted')).toEqual([]);
    const later = call(endedAgain, 5, [{ status: 500 }]);
    expect(later).toMatchObject({ delivery: { id: 5, calls: 1 } });
    expect(deliveryOf(later, 2)).toBeUndefined();
    const late: JobEvent = { type: 'WebhookEnded', data: { delivery: 2, outcome: 'undelivered' } };
    expect(fold(job, [late], later)).toEqual(later);
    expect(fold(job, [late], again)).toEqual(again);
  });
});

describe('a redrive', () => {
  const undelivered = call(ended, 2, times(8, { status: 500 }));

  it('of an undelivered webhook starts with the shortest pause again', () => {
    const state = fold(job, redriveWebhook(undelivered, 'j'), undelivered);

    expect(state).toMatchObject({ delivery: { status: 'pending', calls: 8, callsBefore: 8 } });
    expect(call(state, 2, [{ status: 500 }])).toMatchObject({
      delivery: { calls: 9, next: '2026-01-01T00:00:05.000Z' },
    });
    expect(call(state, 2, times(20, { status: 500 }))).toMatchObject({
      delivery: { status: 'undelivered', calls: 16 },
    });
  });

  it('is possible after 410', () => {
    expect(redriveWebhook(call(ended, 2, [{ status: 410 }]), 'j')).toHaveLength(1);
  });

  it.each([
    ['of no job', 'not-found', fold(job, [])],
    [
      'of a job without a webhook',
      'not-found',
      fold(job, [{ ...requested, data: { ...requested.data, webhook: undefined } } as JobEvent, failed]),
    ],
    ['of a job that has not ended', 'conflict', fold(job, [requested])],
    ['before the first call', 'conflict', ended],
    ['between two calls', 'conflict', call(ended, 2, [{ status: 500 }])],
    ['of a delivered one', 'conflict', call(ended, 2, [{ status: 200 }])],
    ['of an unwanted one', 'conflict', fold(job, endDelivery(ended, 2, 'unwanted'), ended)],
  ] as const)('%s is refused: %s', (_, type, state) => {
    expect(() => redriveWebhook(state, 'j')).toThrow(expect.objectContaining({ type }));
  });
});
