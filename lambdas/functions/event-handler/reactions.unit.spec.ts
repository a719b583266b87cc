import {
  type ContentEvent,
  contentStream,
  type EventName,
  eventSource,
  type PublishedEvent,
  type StreamId,
} from '@nova/shared/events/index';
import { resultKey, uploadKey } from '@nova/shared/objects';
import { eventId, streamKey } from '@nova/shared/tables';
import type { EventBridgeEvent, S3ObjectCreatedNotificationEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { currentState, execute } from '../../commands/execute.ts';
import { eraseFiles } from '../../content/objects.ts';
import { content } from '../../domain/content.ts';
import { cancelJob, job } from '../../domain/job.ts';
import { StreamErasedError } from '../../event-store/encryption/encryption.ts';
import type { EventStore } from '../../event-store/store.ts';
import { requestJob } from '../../jobs/request-job.ts';
import { memoryEventStore } from '../../testing/memory-event-store.ts';
import { memoryObjects } from '../../testing/memory-objects.ts';
import { failAbandonedJob, isFailedInvocation, LostReactionError } from './failed-work.ts';
import { startJobs } from './start-jobs.ts';
import { isUpload, receiveFile } from './uploads.ts';

const tenant = 'tenant';
const contentId = '019ab000-0000-7000-8000-000000000001';
const jobId = '019ab000-0000-7000-8000-000000000002';
const item = contentStream(tenant, contentId);
const jobStream: StreamId = { tenant, aggregate: 'job', id: jobId };
const objectKey = uploadKey(tenant, contentId);
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:tenant' };
const text = new TextEncoder().encode('Pumps and valves.');

const file = { kind: 'document', contentType: 'text/plain', bytes: text.length, objectKey } as const;
const registered: ContentEvent = {
  type: 'ContentRegistered',
  data: { filename: 'pumps.txt', uploadExpiresAt: '2026-01-01T01:00:00.000Z', ...file },
};
const uploaded: ContentEvent = { type: 'ContentUploaded', data: { etag: 'e', ...file } };
const rejected: ContentEvent = { type: 'ContentRejected', data: { reason: 'empty', detail: 'Empty.' } };
const deleted: ContentEvent = { type: 'ContentDeleted', data: {} };

const published = <N extends EventName>(
  type: N,
  data: PublishedEvent<N>['data'],
  stream: StreamId = item,
): PublishedEvent<N> =>
  ({
    type,
    data,
    stream,
    version: 2,
    id: eventId(stream, 2),
    schemaVersion: 1,
    occurredAt: '2026-01-01T00:00:00.000Z',
    metadata,
  }) as PublishedEvent<N>;

const onBus = (event: PublishedEvent) => ({
  source: eventSource,
  'detail-type': event.type,
  detail: event,
});

async function storeWith(...events: ContentEvent[]): Promise<EventStore> {
  const store = memoryEventStore();
  if (events.length > 0) await execute(store, content, item, metadata, () => events);
  return store;
}

/** A store where the item's key is destroyed, so that no job of it can be recorded. */
const erasing = (store: EventStore): EventStore => ({
  ...store,
  append: () => Promise.reject(new StreamErasedError(streamKey(item))),
});

describe('an upload', () => {
  const arrived = (key = objectKey) =>
    ({
      id: 'notification',
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: { object: { key } },
    }) as S3ObjectCreatedNotificationEvent;

  async function receive(...history: ContentEvent[]) {
    const store = await storeWith(...history);
    const objects = memoryObjects();
    objects.write(objectKey, text);
    await receiveFile(store, objects, arrived());
    return { store, objects };
  }

  it('is distinguished from other events', () => {
    expect(isUpload(arrived())).toBe(true);
    expect(isUpload(onBus(published('ContentDeleted', {})) as EventBridgeEvent<string, unknown>)).toBe(false);
  });

  it('that matches its registration is recorded once, and stays', async () => {
    const { store, objects } = await receive(registered);
    await receiveFile(store, objects, arrived());

    expect((await store.load(item)).events.map(({ type }) => type)).toEqual([
      'ContentRegistered',
      'ContentUploaded',
    ]);
    expect(await objects.head(objectKey)).toBeDefined();
  });

  it.each([
    ['was never registered', []],
    ['arrives after its item was deleted', [registered, deleted]],
    ['arrives after another was refused', [registered, rejected]],
    ['differs from its registration', [{ ...registered, data: { ...registered.data, bytes: 1 } }]],
  ] as [string, ContentEvent[]][])('that %s is erased', async (_, history) => {
    const { objects } = await receive(...history);

    expect(await objects.head(objectKey)).toBeUndefined();
  });

  it('to a key of another form is left in place', async () => {
    const objects = memoryObjects();
    objects.write('uploads/elsewhere', text);

    await receiveFile(await storeWith(), objects, arrived('uploads/elsewhere'));

    expect(await objects.head('uploads/elsewhere')).toBeDefined();
  });
});

describe('a deletion', () => {
  it('erases the file and its results, and nothing of another item', async () => {
    const objects = memoryObjects();
    const others = [uploadKey(tenant, jobId), resultKey(tenant, jobId, jobId)];
    const own = [objectKey, resultKey(tenant, contentId, jobId)];
    for (const key of [...own, ...others]) objects.write(key, text);

    await eraseFiles(objects, item);
    await eraseFiles(objects, item);

    for (const key of own) expect(await objects.head(key)).toBeUndefined();
    for (const key of others) expect(await objects.head(key)).toBeDefined();
  });
});

describe('a job for an item', () => {
  const reactions = { document: ['indexing'], video: ['analysis', 'indexing'] } as const;

  /** Jobs that a series of deliveries requested, by id. */
  async function jobsAfter(...events: Parameters<typeof startJobs>[1][]) {
    const requestedStreams = new Map<string, StreamId>();
    const memory = memoryEventStore();
    const store: EventStore = {
      ...memory,
      append(stream, version, commit) {
        requestedStreams.set(stream.id, stream);
        return memory.append(stream, version, commit);
      },
    };
    for (const event of events) await startJobs(store, event, reactions);
    const states = [...requestedStreams.values()].map((stream) => currentState(store, job, stream));
    return { ids: [...requestedStreams.keys()], states: await Promise.all(states) };
  }

  it('is requested once, however often the event is delivered', async () => {
    const event = published('ContentUploaded', uploaded.data as PublishedEvent<'ContentUploaded'>['data']);

    const { ids, states } = await jobsAfter(event, event);

    expect(states).toEqual([
      {
        status: 'queued',
        attempts: 0,
        tries: 1,
        percent: 0,
        parts: [],
        contentId,
        task: { kind: 'indexing', source: 'document' },
      },
    ]);
    // The id makes the request idempotent, so it is the same in every build.
    expect(ids).toEqual(['019b76da-36b8-7723-8c77-67c105cd07b9']);
  });

  it.each([
    ['once its deletion is recorded', () => storeWith(registered, uploaded, deleted)],
    ['when it is erased meanwhile', async () => erasing(await storeWith(registered, uploaded))],
  ])('is not requested %s, and that is no error', async (_, prepare) => {
    const store = await prepare();
    const event = published('ContentUploaded', uploaded.data as PublishedEvent<'ContentUploaded'>['data']);

    await startJobs(store, event, reactions);

    const requested = await store.load({ ...jobStream, id: '019b76da-36b8-7723-8c77-67c105cd07b9' });
    expect(requested.events).toEqual([]);
  });

  it('is requested for each event, and each kind of job separately', async () => {
    const video = published('ContentUploaded', {
      ...file,
      etag: 'e',
      kind: 'video',
      contentType: 'video/mp4',
    });
    const again = { ...video, id: eventId(item, 3) };

    const { ids, states } = await jobsAfter(video, again);

    expect(new Set(ids).size).toBe(4);
    expect(states.map((state) => state.status !== 'none' && state.task.kind)).toEqual([
      'analysis',
      'indexing',
      'analysis',
      'indexing',
    ]);
  });
});

describe('a failure event of a function', () => {
  const task = { kind: 'indexing', source: 'document' } as const;

  const failed = (requestPayload: unknown, responsePayload: { errorType: string } | null = null) => ({
    id: 'i',
    version: '0',
    account: '000000000000',
    time: '2026-01-01T00:00:00Z',
    region: 'us-east-1',
    resources: [],
    source: 'lambda',
    'detail-type': 'Lambda Function Invocation Result - Failure',
    detail: {
      requestContext: {
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:nova-search-handler',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload,
      responsePayload,
    },
  });

  const requested = () => onBus(published('JobRequested', { contentId, task }, jobStream));

  it('is distinguished from other events', () => {
    expect(isFailedInvocation(failed(requested()))).toBe(true);
    expect(isFailedInvocation({ ...failed(requested()), source: eventSource })).toBe(false);
  });

  it('fails the job, once, with the outcome', async () => {
    const store = memoryEventStore();
    await requestJob(store, tenant, { contentId, task }, metadata, jobId);

    await failAbandonedJob(store, failed(requested(), { errorType: 'Sandbox.Timedout' }));
    await failAbandonedJob(store, failed(requested()));

    const { events } = await store.load(jobStream);
    expect(events.slice(1)).toMatchObject([
      {
        type: 'JobFailed',
        data: { reason: 'Given up after 3 attempts; the last ended with Sandbox.Timedout.', retriable: true },
        metadata: { correlationId: 'c', actor: 'function:event-handler' },
      },
    ]);
  });

  it('does not change a job that has ended', async () => {
    const store = memoryEventStore();
    await requestJob(store, tenant, { contentId, task }, metadata, jobId);
    await execute(store, job, jobStream, metadata, (state) => cancelJob(state, jobId));

    await failAbandonedJob(store, failed(requested()));

    expect(await currentState(store, job, jobStream)).toMatchObject({ status: 'cancelled' });
  });

  it.each([
    ['a deletion', onBus(published('ContentDeleted', {})), `ContentDeleted tenant#content#${contentId}@2`],
    [
      'the end of a job',
      onBus(published('JobCompleted', {}, jobStream)),
      `JobCompleted tenant#job#${jobId}@2`,
    ],
    ['an unknown event', { source: 'aws.s3', secret: 'not for logs' }, 'an event that is not ours'],
  ])('is not lost when it belongs to no job: %s', async (_, request, name) => {
    const failing = failAbandonedJob(memoryEventStore(), failed(request));

    await expect(failing).rejects.toBeInstanceOf(LostReactionError);
    await expect(failing).rejects.toThrow(
      `nova-search-handler gave up on ${name} after 3 attempts; the last ended with RetriesExhausted.`,
    );
  });
});
