import { contentStream, type JobEvent, jobStream } from '@nova/shared/events/index';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { currentState, execute } from '../../commands/execute.ts';
import { content, deleteContent } from '../../domain/content.ts';
import { job } from '../../domain/job.ts';
import { redriveWebhook } from '../../domain/job-webhook.ts';
import type { EventStore } from '../../event-store/store.ts';
import { logger, metrics } from '../../runtime/instrumentation.ts';
import { memoryEventStore } from '../../testing/memory-event-store.ts';
import { aReceiver } from '../../testing/receiver.ts';
import type { DueCall } from '../../webhooks/due-call.ts';
import { type MakeCallDependencies, makeDueCall } from './make-call.ts';

const tenant = 'tenant';
const contentId = '019ab000-0000-7000-8000-000000000001';
const jobId = '019ab000-0000-7000-8000-000000000002';
const item = contentStream(tenant, contentId);
const stream = jobStream(tenant, jobId);
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:tenant' };
const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const at = new Date('2026-01-01T00:00:00.000Z');

/** A call that is due because the job has ended. */
const first = { stream, delivery: 2, attempt: 1, putOff: 0 };

/** A store with an item, and an ended job whose webhook can be read: its key is not destroyed, or a function has cached it. */
async function storeWithJob(url: string, end: JobEvent = { type: 'JobCompleted', data: {} }) {
  const store = memoryEventStore();
  await execute(store, content, item, metadata, () => [
    {
      type: 'ContentRegistered',
      data: {
        ...{ filename: 'talk.wav', kind: 'audio', contentType: 'audio/wav', bytes: 44, objectKey: 'o' },
        uploadExpiresAt: '2026-01-01T01:00:00.000Z',
      },
    },
  ]);
  const history: JobEvent[] = [
    {
      type: 'JobRequested',
      data: { contentId, task: { kind: 'transcription' }, webhook: { url, secret } },
    },
    end,
  ];
  await execute(store, job, stream, metadata, () => history);
  return store;
}

/** Makes calls of a store, and records what is scheduled. */
function aCaller(store: EventStore, given: Partial<MakeCallDependencies> = {}) {
  const scheduled: { call: Required<DueCall>; at: string }[] = [];
  const dependencies: MakeCallDependencies = {
    ...{ store, internalHosts: ['127.0.0.1'], now: () => at, chance: () => 0.5 },
    places: { take: async () => async () => {} },
    schedule: async (call, when) => void scheduled.push({ call, at: when.toISOString() }),
    ...given,
  };
  return {
    scheduled,
    call: (due: DueCall = first) => makeDueCall(due, dependencies),
    /** Makes the call, and every call that is scheduled then. */
    async callToTheEnd(due: DueCall = first) {
      await makeDueCall(due, dependencies);
      for (let n = 0; n < scheduled.length && n < 50; n += 1) {
        const next = scheduled[n];
        if (next) await makeDueCall(next.call, dependencies);
      }
    },
  };
}

const recorded = async (store: EventStore) =>
  (await store.load(stream)).events.filter(({ type }) => type.startsWith('Webhook'));
const erase = (store: EventStore) =>
  execute(store, content, item, metadata, (state) => deleteContent(state, contentId));
const answering = (...statuses: number[]) => {
  const left = [...statuses];
  return aReceiver((_, response) => {
    const [status = 0] = left.length > 1 ? left.splice(0, 1) : left;
    response.writeHead(status, status === 503 ? { 'retry-after': '7200' } : {}).end();
  });
};

afterEach(() => vi.restoreAllMocks());

describe('the webhook of a job that has ended', () => {
  it('is called once, and the delivery recorded without its address', async () => {
    const { url, received } = await answering(204);
    const store = await storeWithJob(url);
    const { call, scheduled } = aCaller(store);

    await call();
    await call();

    expect(received.map(({ body }) => JSON.parse(body))).toMatchObject([
      { type: 'job.done', data: { jobId } },
    ]);
    expect(await recorded(store)).toMatchObject([
      { type: 'WebhookCalled', data: { delivery: 2, attempt: 1, at: at.toISOString(), status: 204 } },
      { type: 'WebhookEnded', data: { delivery: 2, outcome: 'delivered' } },
    ]);
    expect(JSON.stringify(await recorded(store))).not.toContain('127.0.0.1');
    expect(scheduled).toEqual([]);
  });

  it('is called again at the time that is recorded, with the same id and body', async () => {
    const { url, received } = await answering(500, 503, 204);
    const store = await storeWithJob(url, { type: 'JobFailed', data: { reason: 'r', retriable: true } });
    const { callToTheEnd, scheduled } = aCaller(store);

    await callToTheEnd();

    expect(scheduled).toEqual([
      { call: { stream, delivery: 2, attempt: 2, putOff: 0 }, at: '2026-01-01T00:00:05.000Z' },
      // The receiver asked for two hours.
      { call: { stream, delivery: 2, attempt: 3, putOff: 0 }, at: '2026-01-01T02:00:00.000Z' },
    ]);
    expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([`${jobId}@2`]));
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ data: { failure: { reason: 'r' } } });
    expect((await recorded(store)).at(-1)).toMatchObject({ data: { outcome: 'delivered' } });
  });

  it('schedules the next call again when the function died before it could', async () => {
    const { url, received } = await answering(500);
    const store = await storeWithJob(url);
    const dying = aCaller(store, { schedule: () => Promise.reject(new Error('died')) });
    const { call, scheduled } = aCaller(store);

    await expect(dying.call()).rejects.toThrow('died');
    await call();

    expect(received).toHaveLength(1);
    expect(scheduled).toMatchObject([{ call: { attempt: 2 }, at: '2026-01-01T00:00:05.000Z' }]);
  });

  it.each([
    [500, 8, 1],
    [410, 1, 0],
    [204, 1, 0],
  ])(
    'that answers %d is called %d times and is no error; it counts %d times',
    async (status, calls, count) => {
      const logged = vi.spyOn(logger, 'warn');
      const counted = vi.spyOn(metrics, 'addMetric').mockReturnValue(metrics);
      const { url, received } = await answering(status);

      await aCaller(await storeWithJob(url)).callToTheEnd();

      expect(received).toHaveLength(calls);
      expect(counted.mock.calls).toEqual(Array(count).fill(['WebhooksUndelivered', 'Count', 1]));
      expect(logged).toHaveBeenCalledTimes(count);
      expect(JSON.stringify(logged.mock.calls)).not.toContain('127.0.0.1');
    },
  );

  it('that does not answer is called again like another', async () => {
    const { url } = await aReceiver(() => {});
    const { call, scheduled } = aCaller(await storeWithJob(url), { timeoutMs: 200 });

    await call();

    expect(scheduled).toHaveLength(1);
  });

  it('is put off without a place of its key, and no call is counted', async () => {
    const { url, connections } = await answering(204);
    const store = await storeWithJob(url);
    const { call, scheduled } = aCaller(store, { places: { take: async () => undefined } });

    await call();
    await call({ ...first, putOff: 1 });

    expect(connections).toEqual([]);
    expect(await recorded(store)).toEqual([]);
    expect(scheduled).toEqual([
      { call: { ...first, putOff: 1 }, at: '2026-01-01T00:01:00.000Z' },
      { call: { ...first, putOff: 2 }, at: '2026-01-01T00:01:00.000Z' },
    ]);
  });

  it('frees its place however the call ends', async () => {
    const freed = vi.fn(async () => {});
    const { url } = await answering(204);
    const store = await storeWithJob(url);
    const places = { take: async () => freed };

    await aCaller(store, { places }).call();

    expect(freed).toHaveBeenCalledTimes(1);
  });

  it('is recorded as called when its place cannot be freed', async () => {
    const { url, received } = await answering(204);
    const store = await storeWithJob(url);
    const places = { take: async () => () => Promise.reject(new Error('down')) };

    await aCaller(store, { places }).call();

    expect(received).toHaveLength(1);
    expect((await recorded(store)).at(-1)).toMatchObject({ data: { outcome: 'delivered' } });
  });

  it('is called no more once the job was retried', async () => {
    const { url, received } = await answering(500);
    const store = await storeWithJob(url, { type: 'JobFailed', data: { reason: 'r', retriable: true } });
    const { call, scheduled } = aCaller(store);
    await call();
    await execute(store, job, stream, metadata, () => [
      { type: 'JobRetried', data: { contentId, task: { kind: 'transcription' } } },
      { type: 'JobCompleted', data: {} },
    ]);

    await call(scheduled[0]?.call);

    expect(received).toHaveLength(1);
    const { version } = await store.load(stream);
    await call({ ...first, delivery: version });
    expect(JSON.parse(received[1]?.body ?? '')).toMatchObject({ type: 'job.done' });
  });
});

describe('a redriven webhook', () => {
  it('is called at once, and once for a request that is delivered twice', async () => {
    const { url, received } = await answering(410, 500);
    const store = await storeWithJob(url);
    const { call, scheduled } = aCaller(store);
    await call();
    await execute(store, job, stream, metadata, (state) => redriveWebhook(state, jobId));
    const requested = { stream, delivery: 2, putOff: 0 };

    await call(requested);
    await call(requested);

    expect(received).toHaveLength(2);
    expect(scheduled.map((one) => one.call.attempt)).toEqual([3, 3]);
    expect(await currentState(store, job, stream)).toMatchObject({
      delivery: { status: 'pending', calls: 2, callsBefore: 1 },
    });
  });
});

describe('the webhook of a deleted item', () => {
  const unwanted = [{ type: 'WebhookEnded', data: { delivery: 2, outcome: 'unwanted' } }];

  it('is not called, although its key is still known', async () => {
    const { url, connections } = await answering(204);
    const store = await storeWithJob(url);
    await erase(store);

    await aCaller(store).call();

    expect(connections).toEqual([]);
    expect(await recorded(store)).toMatchObject(unwanted);
  });

  it('is not called by a schedule either', async () => {
    const { url, received } = await aReceiver(async (_, response) => {
      await erase(store);
      response.writeHead(503).end();
    });
    const store = await storeWithJob(url);

    await aCaller(store).callToTheEnd();

    expect(received).toHaveLength(1);
    expect((await recorded(store)).slice(1)).toMatchObject(unwanted);
  });

  it('is sent nothing when the item is deleted while the connection opens', async () => {
    const { url, received, closed } = await answering(204);
    const store = await storeWithJob(url);
    let reads = 0;
    const raced: EventStore = {
      ...store,
      async loadFromSnapshot(of, stateVersion) {
        const loaded = await store.loadFromSnapshot(of, stateVersion);
        // The first read of the item precedes the connection.
        if (of.aggregate === 'content' && ++reads === 1) await erase(store);
        return loaded;
      },
    };

    await aCaller(raced).call();

    await closed;
    expect(received).toEqual([]);
    expect(await recorded(store)).toMatchObject(unwanted);
  });
});
