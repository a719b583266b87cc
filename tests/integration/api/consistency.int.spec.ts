import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { ChatResponse } from '@nova/shared/api/chat';
import type { JobAccepted } from '@nova/shared/api/jobs';
import { parseCommit } from '@nova/shared/events/commit';
import type { StreamEvent } from '@nova/shared/events/index';
import { isSnapshotKey, streamKey } from '@nova/shared/tables';
import { afterAll, describe, expect, it } from 'vitest';
import { dynamodbEncryption } from '../../../lambdas/event-store/encryption/encryption.ts';
import { makeSpeech } from '../../fixtures/make-speech.ts';
import { rowsIn, rowsOf } from '../projector/testing/expected-rows.ts';
import type { Api } from '../testing/api.ts';
import { eventually } from '../testing/eventually.ts';
import { withWorkerPlatform } from '../testing/worker-platform.ts';

/** What the tables hold when people use the platform: the read model says what the store says. */

let client: DynamoDBDocumentClient;
/** Content of each tenant that this file uses. */
const used: string[] = [];

withWorkerPlatform.beforeAll(async ({ share: { running, api, guest } }) => {
  client = DynamoDBDocumentClient.from(new DynamoDBClient(running.aws));
  for (const each of [api, guest]) used.push(await useIt(each));
});

afterAll(() => client?.destroy());

/** @returns the id of a content item */
async function useIt(api: Api): Promise<string> {
  const text = (value: string) => new TextEncoder().encode(value);
  const kept = await api.upload('kept.txt', 'text/plain', text('The orchard has eleven pear trees.'));
  const deleted = await api.upload('deleted.txt', 'text/plain', text('Not for long.'));
  await api.register('never.txt', 'text/plain', 3);
  const recording = await api.upload('talk.wav', 'audio/wav', makeSpeech(['A: eleven pear trees']));
  const job = await api.ended(
    await api.ok<JobAccepted>('POST', '/audio/transcribe', { contentId: recording }),
  );
  const first = await api.ok<ChatResponse>('POST', '/agent/chat', {
    message: 'How many pear trees are there?',
  });
  await api.ok('POST', '/agent/chat', { sessionId: first.sessionId, message: 'Thank you.' });
  const forgotten = await api.ok<ChatResponse>('POST', '/agent/chat', { message: 'Forget that I asked.' });
  await api.call('DELETE', `/sessions/${forgotten.sessionId}`);
  await Promise.all([kept, deleted, recording].map((id) => api.indexed(id)));
  await api.call('DELETE', `/content/${deleted}`);
  await eventually(
    'the deletion shows',
    async () => (await api.call('GET', `/content/${deleted}`)).status === 404,
  );
  await api.ok('GET', `/jobs/${job.jobId}`);
  await api.ok('GET', '/usage');
  return kept;
}

async function scan(table: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  const pages = paginateScan({ client }, { TableName: table, ConsistentRead: true });
  for await (const page of pages) items.push(...(page.Items ?? []));
  return items;
}

/** The streams of the store, each with its events in order. */
async function storedStreams(): Promise<StreamEvent[][]> {
  const items = (await scan('nova-dev-event-store')).filter(({ sk }) => !isSnapshotKey(String(sk)));
  const opened = await dynamodbEncryption(client, 'nova-dev-stream-keys').decrypt(items);
  const streams = [
    ...Map.groupBy(
      opened.flatMap((item) => parseCommit(item)),
      ({ stream }) => streamKey(stream),
    ).values(),
  ];
  return streams.map((stream) => stream.sort((a, b) => a.version - b.version));
}

describe('the tables after the other tests', () => {
  it('hold streams without gaps', async () => {
    for (const events of await storedStreams()) {
      expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1));
    }
  });

  it('hold exactly the rows of their events, once the projector has caught up', async () => {
    const rows = await eventually('the read model says what the store says', async () => {
      const expected = Object.assign({}, ...(await storedStreams()).map((events) => rowsOf(events)));
      const actual = rowsIn(await scan('nova-dev-read-model'));
      expect(actual).toEqual(expected);
      return actual;
    });

    expect(Object.keys(rows).length).toBeGreaterThan(20);
  });

  it('hold events of every type', async () => {
    const events = (await storedStreams()).flat();
    const tenants = events
      .filter(({ stream }) => used.includes(stream.id))
      .map(({ stream }) => stream.tenant);
    const own = events.filter(({ stream }) => tenants.includes(stream.tenant));
    const types = new Set(own.map(({ type }) => type));

    expect([...types].sort()).toEqual(
      expect.arrayContaining([
        'ContentDeleted',
        'ContentIndexed',
        'ContentRegistered',
        'ContentUploaded',
        'JobCompleted',
        'JobRequested',
        'JobStarted',
        'SessionDeleted',
        'SessionStarted',
        'TokensUsed',
        'TranscriptAttached',
        'TurnCompleted',
      ]),
    );
  });
});
