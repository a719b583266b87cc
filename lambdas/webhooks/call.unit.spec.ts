import { Webhook as Signed } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { aCertificate } from '../testing/certificate.ts';
import { aReceiver, aSilentListener } from '../testing/receiver.ts';
import { type CallDependencies, callWebhook } from './call.ts';

const secret = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`;
const refused = { failure: 'ADDRESS_REFUSED' };

/** A call without a limit of time, so that nothing but the call itself closes a connection. */
const call = (url: string, given: Partial<CallDependencies> = {}) =>
  callWebhook({ url, secret }, 'job@3', '{"type":"job.done","text":"fertig – ✓"}', {
    internalHosts: ['127.0.0.1', 'localhost'],
    wanted: async () => true,
    timeoutMs: 3600_000,
    ...given,
  });

describe('a webhook call', () => {
  it('is a POST that any receiver of Standard Webhooks can verify', async () => {
    const { url, received } = await aReceiver((_, response) => response.writeHead(204).end());

    expect(await call(url)).toEqual({ status: 204 });

    const [{ method, headers, body } = { method: '', headers: {}, body: '' }] = received;
    expect(method).toBe('POST');
    expect(new Signed(secret).verify(body, headers)).toEqual({ type: 'job.done', text: 'fertig – ✓' });
    expect(headers).toMatchObject({
      'webhook-id': 'job@3',
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^Nova-Platform\/\d+\.\d+\.\d+$/),
    });
    expect(() => new Signed(secret).verify(`${body} `, headers)).toThrow('No matching signature');
    expect(() => new Signed(`whsec_${btoa('x'.repeat(24))}`).verify(body, headers)).toThrow();
  });

  it.each([302, 307, 308, 400, 410, 500, 503])(
    'with the response %d ends with it, and no redirect is followed',
    async (status) => {
      const { url, received } = await aReceiver((_, response) =>
        response.writeHead(status, { location: '/elsewhere' }).end(),
      );

      expect(await call(url)).toEqual({ status });
      expect(received.map((request) => request.url)).toEqual(['/told']);
    },
  );

  it('sends nothing when it is unwanted by the time the connection is open', async () => {
    const { url, received, connections, closed } = await aReceiver((_, response) => response.end());

    expect(await call(url, { wanted: async () => false })).toBe('unwanted');
    await closed;
    expect(connections).toHaveLength(1);
    expect(received).toEqual([]);
  });

  it.each(['http://localhost:1/', 'http://127.0.0.1:1/', 'https://127.0.0.1:1/', 'https://[::1]:1/'])(
    'to %s is not made',
    async (url) => {
      expect(await call(url, { internalHosts: [] })).toEqual(refused);
    },
  );

  it('to a name with one private address among public ones is not made', async () => {
    const { port, connections } = await aReceiver((_, response) => response.end());
    const addresses = ['8.8.8.8', '127.0.0.1'].map((address) => ({ address, family: 4 }));
    const lookup = ((_name: string, _options: object, callback: (...answer: unknown[]) => void) =>
      callback(null, addresses)) as unknown as NonNullable<CallDependencies['lookup']>;

    expect(await call(`https://hooks.example.com:${port}/`, { internalHosts: [], lookup })).toEqual(refused);
    expect(connections).toEqual([]);
  });
});

describe('a webhook call over TLS', () => {
  const certificate = aCertificate('127.0.0.1');
  const tlsReceiver = () => aReceiver((_, response) => response.writeHead(204).end(), certificate);

  it('reaches a receiver whose certificate is trusted', async () => {
    const { url, received } = await tlsReceiver();

    expect(await call(url, { ca: certificate.cert })).toEqual({ status: 204 });
    expect(received).toMatchObject([{ method: 'POST', url: '/told' }]);
  });

  it.each([
    ['that is not trusted', '127.0.0.1', {}, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['of another host', 'localhost', { ca: certificate.cert }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('sends nothing to a receiver with a certificate %s', async (_, host, dependencies, failure) => {
    const { port, received } = await tlsReceiver();

    expect(await call(`https://${host}:${port}/told`, dependencies)).toEqual({ failure });
    expect(received).toEqual([]);
  });

  it('does not fall back to plain http', async () => {
    const { port, received } = await aReceiver((_, response) => response.end());

    expect(await call(`https://127.0.0.1:${port}/told`)).toEqual({ failure: 'ERR_SSL_WRONG_VERSION_NUMBER' });
    expect(received).toEqual([]);
  });
});

describe('a hostile receiver', () => {
  it('with an endless response has accepted the call, and its connection is closed', async () => {
    const { url, closed } = await aReceiver((_, response) => {
      const write = () => {
        if (response.writable) response.write('and so on'.repeat(1000), () => setImmediate(write));
      };
      response.writeHead(200);
      write();
    });

    expect(await call(url)).toEqual({ status: 200 });
    await closed;
  });

  it.each([
    ['sends one byte of a header at a time', 'x'],
    ['stops in the middle of a header', ''],
  ])('that %s is left after the time of a call', async (_, bytes) => {
    const { url, closed } = await aReceiver(({ socket }) => {
      const write = () => {
        if (socket.writable) socket.write(bytes, () => setTimeout(write, 10));
      };
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      write();
    });

    expect(await call(url, { timeoutMs: 200 })).toEqual({ failure: 'TIMEOUT' });
    await closed;
  });

  it('that never finishes the TLS handshake is left after the time of a call', async () => {
    const { port, closed } = await aSilentListener();

    expect(await call(`https://127.0.0.1:${port}/`, { timeoutMs: 200 })).toEqual({ failure: 'TIMEOUT' });
    await closed;
  });

  it.each([
    ['closes the connection', '', 'ECONNRESET'],
    [
      'changes the protocol',
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
      'CLOSED',
    ],
    ['sends a header without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(64 * 1024)}`, 'HPE_HEADER_OVERFLOW'],
    [
      'sends interim responses only',
      'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1000),
      'TOO_MANY_INTERIM_RESPONSES',
    ],
    ['does not speak HTTP', 'SSH-2.0-OpenSSH_9.9\r\n', 'HPE_INVALID_CONSTANT'],
  ])('that %s gets no further', async (_, bytes, failure) => {
    const { url, closed } = await aReceiver(({ socket }) => (bytes ? socket.write(bytes) : socket.destroy()));

    expect(await call(url)).toEqual({ failure });
    await closed;
  });
});
