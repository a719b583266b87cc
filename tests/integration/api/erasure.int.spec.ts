import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { ChatResponse } from '@nova/shared/api/chat';
import type { JobAccepted } from '@nova/shared/api/jobs';
import { jobStream, type PublishedEvent, type StreamId } from '@nova/shared/events/index';
import { VerifyPage } from '@nova/shared/operations';
import { streamKey } from '@nova/shared/tables';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DomainError } from '../../../lambdas/domain/errors.ts';
import { dynamodbEventStore } from '../../../lambdas/event-store/dynamodb-store.ts';
import { dynamodbEncryption, StreamErasedError } from '../../../lambdas/event-store/encryption/encryption.ts';
import type { EventStore } from '../../../lambdas/event-store/store.ts';
import { requestJob } from '../../../lambdas/jobs/request-job.ts';
import { makeVideo } from '../../fixtures/make-video.ts';
import type { Api } from '../testing/api.ts';
import { eventually } from '../testing/eventually.ts';
import { everythingReadable } from '../testing/readable.ts';
import { type WorkerShare, withWorkerPlatform } from '../testing/worker-platform.ts';

/** What is left, anywhere, of what a caller has deleted. */

const eventStore = 'nova-dev-event-store';
const streamKeys = 'nova-dev-stream-keys';
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };

let running: WorkerShare['running'];
let dynamodb: DynamoDBDocumentClient;
let store: EventStore;
let api: Api;
/** What the bus has carried. */
const published: PublishedEvent[] = [];
let endWatch = () => {};

withWorkerPlatform.beforeAll(({ share }) => {
  ({ running, api } = share);
  dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(running.aws));
  store = dynamodbEventStore(dynamodb, eventStore, dynamodbEncryption(dynamodb, streamKeys));
  endWatch = running.platform.bus.watch(({ detail }) => published.push(detail as PublishedEvent));
});

afterAll(() => {
  endWatch();
  dynamodb?.destroy();
});

/** Places where one of some words can be read. */
async function placesOf(words: RegExp): Promise<string[]> {
  const places = await everythingReadable(running);
  return [...new Set(places.filter(({ text }) => words.test(text)).map(({ place }) => place))];
}

const nowhere = (words: RegExp) =>
  eventually(`${words} can be read nowhere`, async () => {
    const places = await placesOf(words);
    if (places.length > 0) throw new Error(places.join(', '));
    return true;
  });

async function scan(table: string) {
  const pages = paginateScan({ client: dynamodb }, { TableName: table, ConsistentRead: true });
  return (await Array.fromAsync(pages)).flatMap(({ Items = [] }) => Items);
}

/** Versions of a stream's events, as its commits count them. */
async function versionsOf(stream: StreamId): Promise<number[]> {
  const items = (await scan(eventStore)).filter(({ pk, sk }) => pk === streamKey(stream) && /^\d+$/.test(sk));
  return items
    .flatMap(({ sk, events }) => (events as unknown[]).map((_, place) => Number(sk) + place))
    .sort((a, b) => a - b);
}

const upTo = (count: number) => Array.from({ length: count }, (_, place) => place + 1);

/** The event of a type that the bus carried for a stream. */
const carried = (type: string, id: string) =>
  eventually(`${type} of ${id} is published`, async () =>
    published.find((event) => event.type === type && event.stream.id === id),
  );

const deliveredAgain = (event: PublishedEvent) =>
  running.platform.invoke('event-handler', { source: 'nova', 'detail-type': event.type, detail: event });

describe('a deleted session', () => {
  const words = /Chimborazo|favourite|mountain/i;
  let stream: StreamId;
  let version: number;

  beforeAll(async () => {
    const message = 'My favourite mountain is Chimborazo.';
    const { sessionId } = await api.ok<ChatResponse>('POST', '/agent/chat', { message });
    await api.ok('POST', '/agent/chat', { sessionId, message: 'Which mountain is my favourite?' });
    ({ stream } = await carried('TurnCompleted', sessionId));
    const { events } = await store.load(stream);
    expect(JSON.stringify(events)).toMatch(words);
    version = events.length;
  });

  it('is readable in two tables before its deletion, and never in the stored events or on the bus', async () => {
    expect((await placesOf(words)).sort()).toEqual([
      'table nova-dev-read-model',
      'table nova-dev-session-memory',
    ]);
  });

  it('keeps none of its words, and all of its versions', async () => {
    expect((await api.call('DELETE', `/sessions/${stream.id}`)).status).toBe(204);

    await nowhere(words);

    expect((await api.call('GET', `/sessions/${stream.id}`)).status).toBe(404);
    expect(await versionsOf(stream)).toEqual(upTo(version + 1));
    const elsewhere = dynamodbEventStore(dynamodb, eventStore, dynamodbEncryption(dynamodb, streamKeys));
    const { events } = await elsewhere.load(stream);
    expect(events.filter(({ type }) => type === 'TurnCompleted').map(({ data }) => data)).toMatchObject([
      { turn: 1, message: '[erased]', reply: '[erased]', toolCalls: [], citations: [] },
      { turn: 2, message: '[erased]', reply: '[erased]', toolCalls: [], citations: [] },
    ]);
  });

  it('is erased once, however often its deletion is delivered', async () => {
    const [before] = (await scan(streamKeys)).filter(({ pk }) => pk === streamKey(stream));
    const deletion = await carried('SessionDeleted', stream.id);

    expect(await deliveredAgain(deletion)).toMatchObject({ kind: 'payload' });

    expect((await scan(streamKeys)).filter(({ pk }) => pk === streamKey(stream))).toEqual([before]);
    expect(before).toEqual({ pk: streamKey(stream), sk: 'key', erasedAt: expect.any(String) });
    await nowhere(words);
  });

  it('accepts no more personal data', async () => {
    const elsewhere = dynamodbEventStore(dynamodb, eventStore, dynamodbEncryption(dynamodb, streamKeys));
    const events = [{ type: 'TurnFailed', data: { reason: 'Chimborazo' } }] as const;
    const commit = { commitId: uuid(), occurredAt: new Date(), metadata, events };

    await expect(elsewhere.append(stream, version + 1, commit)).rejects.toBeInstanceOf(StreamErasedError);

    const call = await api.call('POST', '/agent/chat', { body: { sessionId: stream.id, message: 'Hello?' } });
    expect(call.status).toBe(404);
  });
});

describe('a deleted content item', () => {
  const words = /zanzibar|Kilimanjaro|scarf/i;

  it('keeps no name, no word and no question, and all of its versions', async () => {
    const text = new TextEncoder().encode('Kilimanjaro is seen from afar.');
    const note = await api.upload('zanzibar-notes.txt', 'text/plain', text);
    const video = await api.upload('zanzibar-beach.mp4', 'video/mp4', await makeVideo({ seconds: 2 }));
    const asked = { contentId: video, questions: ['Who wears the scarf?'] };
    const job = await api.ok<JobAccepted>('POST', '/video/analyze', asked);
    expect(await api.ended(job)).toMatchObject({ status: 'done' });
    const { analysis } = await api.withResult(video, 'analysis', ({ answers }) => answers.length > 0);
    expect(analysis?.answers).toMatchObject([{ question: 'Who wears the scarf?' }]);
    await api.indexed(note);
    await api.indexed(video);
    expect(await placesOf(words)).not.toEqual([]);
    for (const id of [note, video]) expect((await api.call('DELETE', `/content/${id}`)).status).toBe(204);

    await nowhere(words);

    for (const id of [note, video]) {
      const deletion = await carried('ContentDeleted', id);
      expect(await versionsOf(deletion.stream)).toEqual(upTo(deletion.version));
      expect(await deliveredAgain(deletion)).toMatchObject({ kind: 'payload' });
    }
    const { tenant } = (await carried('ContentDeleted', video)).stream;
    const { events } = await store.load(jobStream(tenant, job.jobId));
    expect(events.at(-1)?.type).toBe('JobCompleted');
    await nowhere(words);

    expect((await api.call('POST', '/video/analyze', { body: asked })).status).toBe(404);
    const elsewhere = dynamodbEventStore(dynamodb, eventStore, dynamodbEncryption(dynamodb, streamKeys));
    const task = { kind: 'analysis', questions: asked.questions } as const;
    const late = requestJob(elsewhere, tenant, { contentId: video, task }, metadata);
    await expect(late).rejects.toSatisfy(
      (error) => error instanceof DomainError && error.type === 'not-found',
    );
  });

  it('ends the reaction to a late event without an error', async () => {
    const id = await api.upload('late.md', 'text/markdown', new TextEncoder().encode('# Late'));
    await api.indexed(id);
    const uploaded = await carried('ContentUploaded', id);
    expect((await api.call('DELETE', `/content/${id}`)).status).toBe(204);
    const key = streamKey(uploaded.stream);
    await eventually('its key is destroyed', async () =>
      (await scan(streamKeys)).some(({ pk, erasedAt }) => pk === key && erasedAt !== undefined),
    );

    // Another id: it requests another job than the event that came in time.
    expect(await deliveredAgain({ ...uploaded, id: `${key}@99` })).toMatchObject({ kind: 'payload' });
  });

  it('has no file in the bucket, not even one that is uploaded afterwards', async () => {
    const body = 'Not for Zanzibar.';
    const { contentId, upload } = await api.register('late.txt', 'text/plain', body.length);
    const put = () => fetch(upload.url, { method: upload.method, headers: upload.headers, body });
    expect((await put()).status).toBe(200);
    await api.indexed(contentId);
    expect((await api.call('DELETE', `/content/${contentId}`)).status).toBe(204);
    await nowhere(words);

    expect((await put()).status).toBe(200);

    await nowhere(words);
  });
});

describe('an erasure', () => {
  it('does not prevent the verification of rows', async () => {
    const page = await eventually('the rows have caught up', async () => {
      const answer = await running.platform.invoke('event-projector', { operation: 'verify' });
      const verified = VerifyPage.parse(answer.kind === 'payload' && answer.payload);
      return verified.differences.length === 0 && verified;
    });

    expect(page).toMatchObject({ differences: [], unreadable: [] });
    expect(page.streams).toBeGreaterThan(0);
  });
});
