import { readFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Job, JobAccepted } from '@nova/shared/api/jobs';
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
let first: Api;
let guest: Api;
const bounds = { running: 2, open: 12 };
/** What the bus has carried. */
const published: PublishedEvent[] = [];

beforeAll(async () => {
  await pastMidnight();
  running = await startInProcess({ jobBounds: bounds });
  const { platform, aws } = running;
  dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(aws));
  const clientOf = (key: string) => new Api(`${platform.url}/${platform.stage}`, platform.apiKeys[key]);
  [first, guest] = [clientOf('developer'), clientOf('guest')];
  platform.bus.watch(({ detail }) => published.push(detail as PublishedEvent));
});

afterAll(async () => {
  dynamodb?.destroy();
  await running?.close();
});

const talk = 'tests/fixtures/recordings/talk.wav';
const note = (words: string) => new TextEncoder().encode(`# ${words}`);

describe('a key with more jobs than its bounds', () => {
  /** Starts of transcriptions so far. */
  const started = () =>
    published.filter(
      ({ type, metadata }) => type === 'JobStarted' && metadata.actor === 'function:audio-handler',
    ).length;

  it('has the others refused with the reason, and leaves the first job of another key a place at once', async () => {
    const { faults } = running.platform.bedrock;
    const body = { contentId: await first.upload('talk.wav', 'audio/wav', await readFile(talk)) };
    await first.withResult(body.contentId, 'transcript');
    await first.indexed(body.contentId);
    const before = started();
    // Nothing of this key ends until its jobs are cancelled.
    faults.set({ silence: 1 }, (role) => role.includes('audio-handler'));

    const answers = await Promise.all(
      Array.from({ length: 2 * bounds.open }, () => first.call('POST', '/audio/transcribe', { body })),
    );

    const accepted = answers.filter(({ status }) => status === 202).map(({ json }) => json as JobAccepted);
    const refused = answers.filter(({ status }) => status !== 202);
    expect(accepted).toHaveLength(bounds.open);
    expect(refused).toHaveLength(bounds.open);
    for (const { status, json, headers } of refused) {
      expect({ ...json, status }).toMatchObject({ type: 'too-many-jobs', status: 429 });
      expect(json.detail).toMatch(/^12 jobs of this key have not ended .* at most 12 may; /);
      expect(headers.get('retry-after')).toBe('30');
    }
    const upload = { filename: 'a.md', contentType: 'text/markdown', bytes: 1 };
    expect(await first.call('POST', '/content', { body: upload })).toMatchObject({
      status: 429,
      json: { type: 'too-many-jobs' },
    });
    await guest.indexed(await guest.upload('other.md', 'text/markdown', note('Of another key')));
    const waiting = await eventually('two jobs run, and the others wait', async () => {
      const jobs = await Promise.all(
        accepted.map(({ href }) => first.ok<Job>('GET', href.replace('/v1', ''))),
      );
      const queued = jobs.filter(({ status }) => status === 'queued');
      return jobs.filter(({ status }) => status === 'running').length === bounds.running && queued;
    });
    expect(waiting).toHaveLength(bounds.open - bounds.running);
    expect(started() - before).toBe(bounds.running);

    faults.set({});
    const last = waiting.at(-1) as Job;
    await Promise.all(
      accepted
        .filter(({ jobId }) => jobId !== last.jobId)
        .map(({ jobId }) => first.call('DELETE', `/jobs/${jobId}`)),
    );
    expect(await first.ended({ ...last, href: '' })).toMatchObject({ status: 'done' });
    await eventually(
      'the key has slots again',
      async () => (await first.call('POST', '/content', { body: upload })).status === 201,
    );
  });
});

describe('a key whose budget of the day is used up', () => {
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
