import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JobAccepted } from '@nova/shared/api/jobs';
import type { PublishedEvent } from '@nova/shared/events/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSpeech } from '../../fixtures/make-speech.ts';
import { Api } from '../testing/api.ts';
import { eventually } from '../testing/eventually.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { everythingReadable } from '../testing/readable.ts';

/** Places where the receivers of webhooks can be read: none, because no deletion erases logs, traces and dead letters. */

/** Linux alone gives this machine every address of 127.0.0.0/8; this one occurs nowhere else. */
const host = '127.83.91.7';
/** A name that no server of DNS resolves (RFC 6761, 6.4). */
const unknownHost = 'ushuaia-receiver.invalid';
const secret = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`;

describe.runIf(process.platform === 'linux')('the receiver of a webhook', () => {
  let running: InProcess;
  let server: Server;
  let api: Api;
  const received: string[] = [];
  const ended: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      received.push(request.url ?? '');
      if (request.url === '/breaks') request.socket.destroy();
      else response.writeHead(request.url === '/refuses' ? 500 : 204).end();
    });
    await once(server.listen(0, host), 'listening');
    running = await startInProcess({ webhookInternalHosts: [host] });
    const { platform } = running;
    api = new Api(`${platform.url}/${platform.stage}`, Object.values(platform.apiKeys)[0]);
    platform.bus.watch(({ detail }) => {
      const { type, stream } = detail as PublishedEvent;
      if (type === 'JobCompleted') ended.push(stream.id);
    });
  });

  afterAll(async () => {
    server?.closeAllConnections();
    server?.close();
    await running?.close();
  });

  async function transcribe(url: string): Promise<string> {
    const bytes = makeSpeech(['A: it works']);
    const { contentId, upload } = await api.register('talk.wav', 'audio/wav', bytes.length, { react: false });
    await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: bytes });
    const { jobId } = await api.ok<JobAccepted>('POST', '/audio/transcribe', {
      contentId,
      webhook: { url, secret },
    });
    return jobId;
  }

  it('is named in no log, trace, queue or table, however its calls end', async () => {
    const { port } = server.address() as AddressInfo;
    const paths = ['/accepts', '/refuses', '/breaks'];
    const urls = [...paths.map((path) => `http://${host}:${port}${path}`), `https://${unknownHost}/`];

    const jobs = await Promise.all(urls.map(transcribe));

    await eventually('every job ends', async () => jobs.every((job) => ended.includes(job)));
    await eventually('every receiver is called', async () => paths.every((path) => received.includes(path)));
    await eventually('no event is waiting', async () => running.platform.waiting() === 0);
    const readable = await everythingReadable(running);
    expect(
      readable.filter(({ place, text }) => /traces/.test(place) && /webhook-handler/.test(text)),
    ).not.toEqual([]);
    const naming = readable.filter(({ text }) => text.includes(host) || text.includes(unknownHost));
    expect(naming.map(({ place }) => place)).toEqual([]);
  });
});
