import { contentStream, type JobEvent, jobStream, type PublishedEvent } from '@nova/shared/events/index';
import { eventId } from '@nova/shared/tables';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { execute } from '../../commands/execute.ts';
import { content, deleteContent } from '../../domain/content.ts';
import { job } from '../../domain/job.ts';
import type { EventStore } from '../../event-store/store.ts';
import { logger, metrics } from '../../runtime/instrumentation.ts';
import { memoryEventStore } from '../../testing/memory-event-store.ts';
import { aReceiver } from '../../testing/receiver.ts';
import { notifyJobEnd } from './notify-job-end.ts';

const tenant = 'tenant';
const contentId = '019ab000-0000-7000-8000-000000000001';
const jobId = '019ab000-0000-7000-8000-000000000002';
const item = contentStream(tenant, contentId);
const stream = jobStream(tenant, jobId);
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:tenant' };
const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const dependencies = { internalHosts: ['127.0.0.1'], pause: async () => {} };

const end: PublishedEvent<'JobCompleted'> = {
  type: 'JobCompleted',
  data: {},
  stream,
  version: 2,
  id: eventId(stream, 2),
  schemaVersion: 1,
  occurredAt: '2026-01-01T00:00:00.000Z',
  metadata,
};

/** A store with an item, and a finished job whose webhook can be read: its key is not destroyed, or a function has cached it. */
async function storeWithJob(url: string): Promise<EventStore> {
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
    { type: 'JobCompleted', data: {} },
  ];
  await execute(store, job, stream, metadata, () => history);
  return store;
}

const erase = (store: EventStore) =>
  execute(store, content, item, metadata, (state) => deleteContent(state, contentId));

afterEach(() => vi.restoreAllMocks());

describe('the webhook of a job that has ended', () => {
  it('is called', async () => {
    const { url, received } = await aReceiver((_, response) => response.writeHead(204).end());

    await notifyJobEnd(await storeWithJob(url), end, dependencies);

    expect(received.map(({ body }) => JSON.parse(body))).toMatchObject([
      { type: 'job.done', data: { jobId } },
    ]);
  });

  it('is not called when the item was deleted, although its key is still known', async () => {
    const { url, connections } = await aReceiver((_, response) => response.writeHead(204).end());
    const store = await storeWithJob(url);
    await erase(store);

    await notifyJobEnd(store, end, dependencies);

    expect(connections).toEqual([]);
  });

  it('is not called again when the item is deleted between two calls', async () => {
    const { url, received } = await aReceiver(async (_, response) => {
      await erase(store);
      response.writeHead(503).end();
    });
    const store = await storeWithJob(url);

    await notifyJobEnd(store, end, dependencies);

    expect(received).toHaveLength(1);
  });

  it('is sent nothing when the item is deleted while the connection opens', async () => {
    const { url, received, closed } = await aReceiver((_, response) => response.writeHead(204).end());
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

    await notifyJobEnd(raced, end, dependencies);

    await closed;
    expect(received).toEqual([]);
  });

  it.each([
    [503, 1],
    [410, 0],
    [204, 0],
  ])('that answers %d is no error of the function; it counts %d times', async (status, count) => {
    const logged = vi.spyOn(logger, 'warn');
    const counted = vi.spyOn(metrics, 'addMetric').mockReturnValue(metrics);
    const { url } = await aReceiver((_, response) => response.writeHead(status).end());

    await notifyJobEnd(await storeWithJob(url), end, dependencies);

    expect(counted.mock.calls).toEqual(Array(count).fill(['WebhooksUndelivered', 'Count', 1]));
    expect(logged).toHaveBeenCalledTimes(count);
    expect(JSON.stringify(logged.mock.calls)).not.toContain('127.0.0.1');
  });
});
