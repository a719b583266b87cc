import { readFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Usage } from '@nova/shared/api/usage';
import type { PublishedEvent } from '@nova/shared/events/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEventStore } from '../../../lambdas/event-store/dynamodb-store.ts';
import { recordUsage } from '../../../lambdas/usage/record-usage.ts';
import { Api } from '../testing/api.ts';
import { eventually, pastMidnight } from '../testing/eventually.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';

/** One key's jobs and the others' share. */

let running: InProcess;
let dynamodb: DynamoDBDocumentClient;
let guest: Api;
/** What the bus has carried. */
const published: PublishedEvent[] = [];

beforeAll(async () => {
  await pastMidnight();
  running = await startInProcess();
  const { platform, aws } = running;
  dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(aws));
  guest = new Api(`${platform.url}/${platform.stage}`, platform.apiKeys.guest);
  platform.bus.watch(({ detail }) => published.push(detail as PublishedEvent));
});

afterAll(async () => {
  dynamodb?.destroy();
  await running?.close();
});

describe('a key whose budget of the day is used up', () => {
  const talk = 'tests/fixtures/recordings/talk.wav';
  const budget = async () => (await guest.ok<Usage>('GET', '/usage')).budget;

  it('starts no jobs: requests are refused, and the job that an upload starts fails with the reason', async () => {
    const early = await guest.upload('early.wav', 'audio/wav', await readFile(talk));
    const carried = (type: string, id: string) =>
      eventually(`${type} of ${id} is published`, async () =>
        published.find((event) => event.type === type && JSON.stringify(event).includes(id)),
      );
    await guest.withResult(early, 'transcript');
    const { tenant } = (await carried('ContentUploaded', early)).stream;
    const { tokensPerDay } = await budget();
    const store = openEventStore(dynamodb, {
      EVENT_STORE_TABLE: 'nova-dev-event-store',
      STREAM_KEYS_TABLE: 'nova-dev-stream-keys',
    });
    const used = {
      source: 'chat',
      model: 'm',
      reference: 'r',
      inputTokens: tokensPerDay,
      outputTokens: 0,
    } as const;
    await recordUsage(store, tenant, used, { correlationId: 'c', causationId: 'r', actor: `key:${tenant}` });

    const late = await guest.upload('late.wav', 'audio/wav', await readFile(talk));
    const { stream } = await carried('JobRequested', late);
    const job = await guest.ended({ jobId: stream.id, status: 'queued', href: '' });
    const refusals = [
      await guest.call('POST', '/audio/transcribe', { body: { contentId: early } }),
      await guest.call('POST', `/content/${early}/index`),
      await guest.call('POST', `/jobs/${job.jobId}/retry`),
    ];

    const { resetsAt } = await budget();
    expect(job.failure).toEqual({ reason: expect.stringContaining(resetsAt), retriable: true });
    for (const { status, json } of refusals) {
      expect({ ...json, status }).toMatchObject({ status: 429, type: 'budget-exhausted', resetsAt });
    }
  });
});
