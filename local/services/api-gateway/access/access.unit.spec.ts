import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PlatformFixture, platformFixture } from '../../../testing/platform-fixture.ts';
import type { ApiDefinition } from '../definition/api.ts';
import type { ApiKey, UsagePlan } from '../definition/usage-plans.ts';
import { ApiKeys } from './api-keys.ts';
import { periodOf, Quotas } from './quotas.ts';
import { Throttles, TokenBucket } from './throttles.ts';

const throttles = fc.record({
  rate: fc.integer({ min: 1, max: 1000 }),
  burst: fc.integer({ min: 1, max: 500 }),
});
const gaps = fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { maxLength: 200 });

describe('a token bucket', () => {
  it('passes at most burst plus rate times time, over any interval', () => {
    fc.assert(
      fc.property(throttles, gaps, ({ rate, burst }, waits) => {
        const bucket = new TokenBucket({ rate, burst }, 0);
        let now = 0;
        const passed: number[] = [];
        for (const wait of waits) {
          now += wait;
          if (bucket.take(now)) passed.push(now);
        }

        for (const [index, start] of passed.entries()) {
          const span = (passed.at(-1) ?? start) - start;
          expect(passed.length - index).toBeLessThanOrEqual(burst + span * rate + 1e-6);
        }
      }),
    );
  });

  it('never refuses a caller that keeps to the rate, nor more requests than it must', () => {
    fc.assert(
      fc.property(throttles, fc.integer({ min: 1, max: 300 }), ({ rate, burst }, count) => {
        const steady = new TokenBucket({ rate, burst }, 0);
        const sudden = new TokenBucket({ rate, burst }, 0);

        const kept = Array.from({ length: count }, (_, index) => steady.take((index * 1.0001) / rate));
        const atOnce = Array.from({ length: burst + 1 }, () => sudden.take(0));

        expect(kept.every(Boolean)).toBe(true);
        expect(atOnce.filter(Boolean)).toHaveLength(burst);
      }),
    );
  });
});

const key = (id: string, more: Partial<ApiKey> = {}): ApiKey => ({
  id,
  name: `name of ${id}`,
  enabled: true,
  value: undefined,
  ...more,
});
const plan = (keys: ApiKey[], more: Partial<UsagePlan> = {}): UsagePlan => ({
  id: 'plan',
  keys,
  throttle: undefined,
  methodThrottles: new Map(),
  quota: undefined,
  ...more,
});

describe('throttles', () => {
  it('limit each key separately, and all keys by the stage', () => {
    const throttled = plan([], { throttle: { rate: 1, burst: 2 } });
    const api = { throttles: new Map([['*/*', { rate: 1, burst: 3 }]]) } as unknown as ApiDefinition;
    const all = new Throttles(api, () => 0);
    const ask = (id: string) =>
      all.admit({ key: key(id), plan: throttled, resourcePath: '/a', httpMethod: 'GET' });

    expect([ask('x'), ask('x'), ask('x'), ask('y'), ask('y')]).toEqual([true, true, false, true, false]);
  });

  it('use a method’s own settings before the stage’s', () => {
    const api = {
      throttles: new Map([
        ['*/*', { rate: 1, burst: 1 }],
        ['content/{id}/GET', { rate: 1, burst: 2 }],
      ]),
    } as unknown as ApiDefinition;
    const all = new Throttles(api, () => 0);
    const ask = (resourcePath: string) =>
      all.admit({ key: undefined, plan: undefined, resourcePath, httpMethod: 'GET' });

    expect([ask('/content/{id}'), ask('/content/{id}'), ask('/content/{id}'), ask('/x'), ask('/x')]).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });
});

describe('quotas', () => {
  it('count by key and period', () => {
    const quotas = new Quotas(':memory:');
    const quota = { limit: 2, period: 'DAY', offset: 0 } as const;
    const on = (id: string, day: string) => quotas.admit(id, quota, new Date(`2026-11-${day}T12:00:00Z`));

    expect([on('a', '23'), on('a', '23'), on('a', '23'), on('b', '23'), on('a', '24')]).toEqual([
      true,
      true,
      false,
      true,
      true,
    ]);
    expect(quotas.admit('a', undefined)).toBe(true);
    quotas.close();
  });

  it('support the day, the week from Sunday and the month', () => {
    const monday = new Date('2026-11-23T00:00:00Z');

    expect((['DAY', 'WEEK', 'MONTH'] as const).map((period) => periodOf(period, monday))).toEqual([
      '2026-11-23',
      'week of 2026-11-22',
      '2026-11',
    ]);
  });
});

describe('API keys', () => {
  let fixture: PlatformFixture;
  beforeEach(() => {
    fixture = platformFixture();
  });
  afterEach(() => fixture.dispose());

  it('get random values once, and include only enabled ones', () => {
    const file = join(fixture.dataDirectory, 'keys.json');
    const plans = [plan([key('a'), key('b', { enabled: false }), key('c', { value: 'given' })])];
    const keys = new ApiKeys(plans, file);
    const again = new ApiKeys(plans, file);
    const [a, b] = ['a', 'b'].map((id) => keys.values.get(id));

    expect(again.values).toEqual(keys.values);
    expect(a).toMatch(/^[A-Za-z0-9]{40}$/);
    expect([
      keys.find(a)?.key.id,
      keys.find(b),
      keys.find('given')?.key.id,
      keys.find('no'),
      keys.find(undefined),
    ]).toEqual(['a', undefined, 'c', undefined, undefined]);
  });
});
