import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Job, JobAccepted } from '@nova/shared/api/jobs';
import { JobEnded, type WebhookStatus } from '@nova/shared/api/webhooks';
import { Webhook as Receiver } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { makeSpeech } from '../../fixtures/make-speech.ts';
import { eventually } from '../testing/eventually.ts';
import { runningPlatform } from '../testing/platform.ts';

/** Webhooks at the end of a job: their content, their receivers, and what they leave out. */

const platform = runningPlatform();
const secret = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`;

interface Delivery {
  readonly id: string;
  readonly payload: JobEnded;
}

/** Path to what was received there, each verified. */
const received = new Map<string, Delivery[]>();
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const headers = request.headers as Record<string, string>;
    const before = received.get(request.url ?? '') ?? [];
    const payload = z.strictObject(JobEnded.shape).parse(new Receiver(secret).verify(body, headers));
    received.set(request.url ?? '', [...before, { id: headers['webhook-id'] ?? '', payload }]);
    response.writeHead(await statusFor(request.url ?? '', payload, before.length)).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

/**
 * `/refusing` accepts the second call, `/down` none; `/gone-once` answers 410 first; `/deleting` deletes the item during the first
 * call.
 */
async function statusFor(path: string, { data }: JobEnded, callsBefore: number): Promise<number> {
  if (path === '/deleting') await platform.api.call('DELETE', `/content/${data.contentId}`);
  if (path === '/gone-once') return callsBefore === 0 ? 410 : 204;
  return path === '/down' || path === '/deleting' || (path === '/refusing' && callsBefore === 0) ? 503 : 204;
}

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function recording(bytes: Buffer): Promise<string> {
  const { contentId, upload } = await platform.api.register('talk.wav', 'audio/wav', bytes.length, {
    react: false,
  });
  await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: bytes });
  return contentId;
}

const transcribe = (contentId: string, path: string) =>
  platform.api.ok<JobAccepted>('POST', '/audio/transcribe', {
    contentId,
    webhook: { url: `${url}${path}`, secret },
  });

const calls = (path: string, count: number) =>
  eventually(`${path} receives ${count} deliveries`, async () => {
    const so = received.get(path) ?? [];
    return so.length >= count && so;
  });

// Most of them wait for a call that comes seconds later.
describe.concurrent('a webhook', () => {
  it('receives the signed end of a job, again with the same id when it did not accept it', async () => {
    const contentId = await recording(makeSpeech(['A: it works']));

    const { jobId } = await transcribe(contentId, '/refusing');

    const [first, second] = await calls('/refusing', 2);
    expect(first).toEqual(second);
    expect(first).toMatchObject({
      id: expect.stringContaining(jobId),
      payload: {
        type: 'job.done',
        data: { jobId, kind: 'transcription', contentId, status: 'done', href: `/v1/jobs/${jobId}` },
      },
    });
    await platform.api.withResult(contentId, 'transcript');
  });

  it('receives the reason why a job failed', async () => {
    const contentId = await recording(makeSpeech(['A: cut short']).subarray(0, 44));

    const { jobId } = await transcribe(contentId, '/failed');

    const [{ payload } = { payload: {} }] = await calls('/failed', 1);
    const { failure } = await platform.api.ok<{ failure: object }>('GET', `/jobs/${jobId}`);
    expect(payload).toMatchObject({ type: 'job.failed', data: { jobId, status: 'failed', failure } });
  });

  /** The log lines of webhook-handler about a job's deliveries, once there is one. */
  const loggedDeliveries = (jobId: string) =>
    eventually(`the log tells of the delivery of ${jobId}`, async () => {
      const log = await readFile(join(platform.dev.data, 'logs', 'webhook-handler.log'), 'utf8');
      const lines = log.split('\n').filter((line) => line.includes(`"webhookId":"${jobId}@`));
      return lines.length > 0 && { log, lines };
    });

  /** The webhook of a job, once a reader of the job sees it so. */
  const webhookOf = (jobId: string, condition: (webhook: WebhookStatus) => boolean) =>
    eventually(`the webhook of ${jobId} is shown`, async () => {
      const { webhook } = await platform.api.ok<Job>('GET', `/jobs/${jobId}`);
      return webhook && condition(webhook) && webhook;
    });

  it('that nobody accepts is called again after seconds, then a minute, and a reader of the job sees when', async () => {
    const contentId = await recording(makeSpeech(['A: nobody is there']));

    const { jobId } = await transcribe(contentId, '/down');

    const { calls: made, ...webhook } = await webhookOf(jobId, (shown) => shown.calls.length === 2);
    expect(webhook).toEqual({ status: 'pending', nextAt: expect.any(String) });
    expect(made).toEqual(Array(2).fill({ at: expect.any(String), status: 503 }));
    const pause = Date.parse(webhook.nextAt ?? '') - Date.parse(made[1]?.at ?? '');
    expect(pause).toBeGreaterThanOrEqual(48_000);
    expect(pause).toBeLessThanOrEqual(72_000);
    const { log } = await loggedDeliveries(jobId);
    expect(log).not.toContain('The invocation failed');
  });

  it('that was refused is called again when the owner of the key requests it, and not before', async () => {
    const contentId = await recording(makeSpeech(['A: gone, and back']));
    const { jobId } = await transcribe(contentId, '/gone-once');
    await webhookOf(jobId, ({ status }) => status === 'refused');

    const accepted = await platform.api.call('POST', `/jobs/${jobId}/webhook`);
    const { calls: made } = await webhookOf(jobId, ({ status }) => status === 'delivered');
    const again = await platform.api.call('POST', `/jobs/${jobId}/webhook`);

    expect(accepted.status).toBe(202);
    expect(made.map(({ status }) => status)).toEqual([410, 204]);
    expect(again).toMatchObject({ status: 409, json: { detail: expect.stringContaining('is delivered') } });
    const unknown = await platform.api.call('POST', '/jobs/019c0000-0000-7000-8000-000000000000/webhook');
    expect(unknown.status).toBe(404);
  });

  it('has its address in no log and no trace', async () => {
    const { jobId } = await transcribe(await recording(makeSpeech(['A: unseen'])), '/unseen');
    await loggedDeliveries(jobId);

    const directory = join(platform.dev.data, 'logs');
    const files = await readdir(directory);
    const read = files.map(async (name) => ({ name, text: await readFile(join(directory, name), 'utf8') }));
    const texts = await Promise.all(read);

    expect(files).toContain('traces.jsonl');
    expect(texts.filter(({ text }) => text.includes(new URL(url).host)).map(({ name }) => name)).toEqual([]);
    expect(texts.filter(({ text }) => text.includes('/unseen')).map(({ name }) => name)).toEqual([]);
  });

  it('is not called again once the item is deleted', async () => {
    const contentId = await recording(makeSpeech(['A: forget me']));

    const { jobId } = await transcribe(contentId, '/deleting');

    await webhookOf(jobId, ({ status }) => status === 'unwanted');
    expect(received.get('/deleting')).toHaveLength(1);
  });

  it('is not shown to a reader of the job', async () => {
    const contentId = await recording(makeSpeech(['A: quiet']));
    const { jobId } = await transcribe(contentId, '/quiet');
    await calls('/quiet', 1);

    const { text } = await platform.api.call('GET', `/jobs/${jobId}`);

    expect(text).not.toContain('/quiet');
    expect(text).not.toContain(secret);
  });

  it.each([
    ['/audio/transcribe', { url: 'https://10.0.0.1/', secret }, /webhook\.url: must not be an internal/],
    ['/video/analyze', { url: 'https://169.254.169.254/', secret }, /webhook\.url: must not be an internal/],
    [
      '/video/analyze',
      { url: 'http://hooks.example.com/', secret },
      /webhook\.url: must be an https address/,
    ],
    ['/audio/transcribe', { url: 'nowhere', secret }, /webhook\.url: must be an https address/],
    [
      '/audio/transcribe',
      { url: 'https://hooks.example.com/', secret: 'x' },
      /webhook\.secret: must be whsec_/,
    ],
    ['/audio/transcribe', { url: 'https://hooks.example.com/' }, /secret/],
  ])('of %s that is %j is refused before anything starts', async (path, webhook, message) => {
    const contentId = '019c0000-0000-7000-8000-000000000000';

    const answer = await platform.api.call('POST', path, { body: { contentId, webhook } });

    expect(answer.status).toBe(400);
    expect(answer.json.detail).toMatch(message);
  });
});
