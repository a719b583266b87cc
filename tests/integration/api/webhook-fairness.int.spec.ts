import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Job, JobAccepted } from '@nova/shared/api/jobs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSpeech } from '../../fixtures/make-speech.ts';
import { Api } from '../testing/api.ts';
import { eventually } from '../testing/eventually.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';

const secret = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`;
const tarpits = 60;
/** Places for one key's calls: its own, and the one that all keys share. */
const placesOfKey = 2;

/** One key's receivers that never answer leave places to another key's. */
describe('sixty receivers of one key that never answer', () => {
  let running: InProcess;
  let server: Server;
  let url: string;
  let held = 0;
  let mostHeld = 0;
  let begun = 0;
  let begunBefore = Number.POSITIVE_INFINITY;
  const tenants: Api[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/prompt') {
        begunBefore = begun;
        return response.writeHead(204).end();
      }
      held += 1;
      begun += 1;
      mostHeld = Math.max(mostHeld, held);
      return request.socket.once('close', () => {
        held -= 1;
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    running = await startInProcess();
    const { platform } = running;
    for (const key of Object.values(platform.apiKeys)) {
      tenants.push(new Api(`${platform.url}/${platform.stage}`, key));
    }
  });

  afterAll(async () => {
    server?.closeAllConnections();
    server?.close();
    await running?.close();
  });

  async function recording(api: Api): Promise<string> {
    const bytes = makeSpeech(['A: hi']).subarray(0, 44);
    const { contentId, upload } = await api.register('talk.wav', 'audio/wav', bytes.length, { react: false });
    await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: bytes });
    return contentId;
  }

  const transcribe = (api: Api, contentId: string, path: string) =>
    api.ok<JobAccepted>('POST', '/audio/transcribe', {
      contentId,
      webhook: { url: `${url}${path}`, secret },
    });

  it('hold two places at once, and the webhook of another key is called promptly', async () => {
    const [hostile, other] = tenants as [Api, Api];
    const [tarpitted, prompt] = await Promise.all([recording(hostile), recording(other)]);
    const jobs: string[] = [];
    for (let n = 0; n < tarpits; n += 1) jobs.push((await transcribe(hostile, tarpitted, '/tarpit')).jobId);
    await eventually('a receiver is held', async () => held > 0);
    await eventually('every job has ended', async () => {
      const last = await hostile.ok<Job>('GET', `/jobs/${jobs.at(-1)}`);
      return last.status === 'failed';
    });

    const { jobId } = await transcribe(other, prompt, '/prompt');

    await eventually('the other is called', async () => {
      const job = await other.ok<Job>('GET', `/jobs/${jobId}`);
      return job.webhook?.status === 'delivered';
    });
    // A connection may close after the next has opened.
    expect(mostHeld).toBeLessThanOrEqual(placesOfKey + 1);
    // In one row for all keys, most of them would have come first.
    expect(begunBefore).toBeLessThan(tarpits / 2);
  });
});
