import type { StreamId } from '@nova/shared/events/index';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { headKey } from '../../../lambdas/domain/projections/projection.ts';
import { firstGeneration } from '../../../lambdas/read-model/generations.ts';
import { readModel } from '../../../lambdas/read-model/rows.ts';
import { rowWriter } from '../../../lambdas/read-model/writer.ts';
import { dayUsage } from '../../../lambdas/usage/day-usage.ts';
import { commitOf, eventStoreFixture, newStream, putCommits, upTo, used } from './testing/fixture.ts';

/** The cost of reading the rest of a day's budget. */

const fixture = eventStoreFixture('read-model');

// The cache of the rows' current generation expires by this clock; here it must not, however long the test takes.
const startedAt = Date.now();
beforeEach(() => void vi.spyOn(Date, 'now').mockReturnValue(startedAt));
afterEach(() => void vi.restoreAllMocks());

/** The usage as a process that has just started reads it. */
function usageOf({ tenant, id }: StreamId) {
  const look = dayUsage(readModel(fixture.engine.client, 'read-model'), fixture.store());
  return async () => {
    fixture.engine.requests();
    const row = await look(tenant, id);
    return { tokens: row?.sources.chat?.inputTokens, requests: fixture.engine.requests() };
  };
}

/** The given number of uses of one token each, one commit each. */
const fill = (stream: StreamId, count: number) =>
  putCommits(
    fixture,
    stream,
    upTo(count).map((n) => ({ version: n + 1, events: [used(1)] })),
  );

it('the usage of 10,000 unprojected events is read with a bounded number of requests, and then with two', async () => {
  const stream = newStream('usage');
  await fill(stream, 10_000);
  const look = usageOf(stream);

  const first = await look();
  await fixture.store().append(stream, 10_000, commitOf('last', used(5)));
  const second = await look();

  expect(first.tokens).toBe(10_000);
  expect(first.requests.length).toBeLessThanOrEqual(10);
  expect(second.tokens).toBe(10_005);
  expect(second.requests).toEqual(['GetItem', 'Query']);
});

it('the usage is the row plus the events since: one read each', async () => {
  const stream = newStream('usage');
  await fill(stream, 8);
  const row = { day: stream.id, sources: { chat: { inputTokens: 5, outputTokens: 0, costUsd: 0 } } };
  await rowWriter(fixture.engine.client, 'read-model', firstGeneration).putHead(headKey(stream), row, 5);

  const { tokens, requests } = await usageOf(stream)();

  expect(tokens).toBe(8);
  // The first read of a process also reads the current generation of rows.
  expect(requests).toEqual(['GetItem', 'GetItem', 'Query']);
});
