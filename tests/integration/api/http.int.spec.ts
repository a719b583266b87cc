import { crossOrigin } from '@nova/shared/routes';
import { describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { sharedPlatform } from '../testing/platform.ts';

/** What programs and browsers expect of an HTTP API, over the wire. */

const platform = sharedPlatform();
const encoded = (body: Uint8Array) =>
  fetch(`${platform.url}/content`, {
    method: 'POST',
    headers: { 'x-api-key': platform.keys.developer, 'content-type': 'application/json' },
    body: body as Uint8Array<ArrayBuffer>,
  });
const item = { filename: 'Straße.txt', contentType: 'text/plain', bytes: 1 };

describe('an answer to a GET', () => {
  it('is 304 for a client that has it, until it changes', async () => {
    const first = await platform.api.call('GET', '/content');
    const held = { 'if-none-match': String(first.headers.get('etag')) };

    const same = await platform.api.call('GET', '/content', { headers: held });
    expect([same.status, same.text]).toEqual([304, '']);
    expect(same.headers.get('etag')).toBe(held['if-none-match']);

    await platform.api.upload('new.txt', 'text/plain', Buffer.from('A gull.'));
    const changed = await eventually('the list has changed', async () => {
      const answer = await platform.api.call('GET', '/content', { headers: held });
      return answer.status === 200 && answer;
    });
    expect(changed.headers.get('etag')).not.toBe(held['if-none-match']);
  });

  it('is compressed where the client accepts it, and means the same', async () => {
    const get = async (accepted: string) => {
      const response = await platform.api.fetch('GET', '/openapi.json', {
        headers: { 'accept-encoding': accepted },
      });
      return { coding: response.headers.get('content-encoding'), document: await response.json() };
    };

    const [plain, packed] = [await get('identity'), await get('gzip')];

    expect([plain.coding, packed.coding]).toEqual([null, 'gzip']);
    expect(packed.document).toEqual(plain.document);
  });
});

describe('a body', () => {
  it('may begin with a byte order mark', async () => {
    const response = await encoded(Buffer.from(`\ufeff${JSON.stringify(item)}`));

    expect(response.status).toBe(201);
  });

  it('in another encoding than UTF-8 is refused', async () => {
    const response = await encoded(Buffer.from(JSON.stringify(item), 'latin1'));

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      type: 'invalid-request',
      detail: expect.stringContaining('not UTF-8'),
    });
  });
});

describe('a page of another origin', () => {
  const page = { origin: 'http://localhost:5173' };

  it.each([
    ['/content', 'GET'],
    ['/content/00000000-0000-7000-8000-000000000000', 'DELETE'],
    ['/agent/chat', 'POST'],
  ])('may ask without a key whether it may call %s', async (path, method) => {
    const response = await fetch(`${platform.url}${path}`, {
      method: 'OPTIONS',
      headers: {
        ...page,
        'access-control-request-method': method,
        'access-control-request-headers': 'content-type,x-api-key',
      },
    });

    expect(response.status).toBe(204);
    const { headers } = response;
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-methods')?.split(',')).toContain(method);
    expect(headers.get('access-control-allow-headers')?.split(',')).toEqual(crossOrigin.allowedHeaders);
  });

  it('may read answers of functions, streams, and refusals of both kinds', async () => {
    const chat = { message: 'Hello' };
    const answers = [
      await platform.api.call('GET', '/content', { headers: page }),
      await platform.api.call('POST', '/agent/chat', { body: chat, headers: page }),
      await platform.api.call('POST', '/agent/chat', {
        body: chat,
        headers: { ...page, accept: 'text/event-stream' },
      }),
      await platform.api.call('GET', '/content/unknown', { headers: page }),
      await platform.api.call('POST', '/search', { body: {}, headers: page }),
      await platform.api.call('GET', '/nowhere', { headers: page }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404, 400, 404]);
    for (const { headers } of answers) {
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-expose-headers')?.split(',')).toContain('x-correlation-id');
    }
  });
});
