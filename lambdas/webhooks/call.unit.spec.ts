import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook as Receiver } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { InternalAddressError } from './address.ts';
import { callWebhook, WebhookError } from './call.ts';

const secret = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`;
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A receiver on this machine, with the requests that it received. */
async function receiver(answer: RequestListener) {
  const received: { headers: Record<string, string>; body: string; url: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    received.push({ headers: request.headers as Record<string, string>, body, url: request.url });
    answer(request, response);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/told`, received };
}

const call = (url: string, hosts = ['127.0.0.1']) =>
  callWebhook({ url, secret }, 'job@3', '{"type":"job.done","text":"fertig – ✓"}', hosts);

describe('a webhook call', () => {
  it('can be verified by any receiver of Standard Webhooks', async () => {
    const { url, received } = await receiver((_, response) => response.writeHead(204).end());

    await call(url);

    const [{ headers, body } = { headers: {}, body: '' }] = received;
    expect(new Receiver(secret).verify(body, headers)).toEqual({ type: 'job.done', text: 'fertig – ✓' });
    expect(headers).toMatchObject({ 'webhook-id': 'job@3', 'content-type': 'application/json' });
    expect(() => new Receiver(secret).verify(`${body} `, headers)).toThrow('No matching signature');
    expect(() => new Receiver(`whsec_${btoa('x'.repeat(24))}`).verify(body, headers)).toThrow();
  });

  it.each([302, 400, 410, 500, 503])(
    'with the response %d is not delivered, and no redirect is followed',
    async (status) => {
      const { url, port, received } = await receiver((_, response) =>
        response.writeHead(status, { location: '/elsewhere' }).end(),
      );

      await expect(call(url)).rejects.toThrow(new WebhookError(`127.0.0.1:${port} answered ${status}`));
      expect(received.map((request) => request.url)).toEqual(['/told']);
    },
  );

  it('is delivered when its response never ends', async () => {
    const { url } = await receiver((_, response) => response.writeHead(200).write('and so on'));

    await expect(call(url)).resolves.toBeUndefined();
  });

  it('that breaks the connection is reported with its host only', async () => {
    const { url, port } = await receiver((request) => request.socket.destroy());

    await expect(call(url)).rejects.toThrow(new WebhookError(`127.0.0.1:${port} did not answer: ECONNRESET`));
  });

  it.each(['http://localhost:1/', 'http://127.0.0.1:1/', 'http://[::1]:1/', 'http://[::ffff:127.0.0.1]:1/'])(
    'to %s is not made',
    async (url) => {
      await expect(call(url, [])).rejects.toThrow(InternalAddressError);
    },
  );
});
