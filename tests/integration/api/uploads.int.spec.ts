import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as http, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { CreateContentResponse } from '@nova/shared/api/content';
import { limits } from '@nova/shared/limits';
import { describe, expect, it } from 'vitest';
import { toWav } from '../../fixtures/wav.ts';
import { eventually } from '../testing/eventually.ts';
import { sharedPlatform } from '../testing/platform.ts';

/** Files on their way to the bucket: of the signed length, with a checksum, and in parts. */

const platform = sharedPlatform();

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');
const words = Buffer.from('The lighthouse stands.');

const settled = (contentId: string) =>
  eventually(`${contentId} was looked at`, async () => {
    const item = await platform.api.content(contentId);
    return item.status !== 'awaiting-upload' && item;
  });

describe('a registration of five bytes', () => {
  it('stores no 300 MiB: the store refuses them by their length, before it reads any', async () => {
    const { contentId, upload } = await platform.api.register('small.txt', 'text/plain', 5);
    const headers = { ...upload.headers, 'content-length': 300 * 1024 ** 2 };
    const request = http(upload.url, { method: 'PUT', headers });
    request.on('error', () => {});
    request.flushHeaders();

    const [response] = (await once(request, 'response')) as [IncomingMessage];

    expect(response.statusCode).toBe(403);
    expect(await text(response)).toContain('<Code>SignatureDoesNotMatch</Code>');
    request.destroy();
    expect((await platform.api.content(contentId)).status).toBe('awaiting-upload');
  });

  it('takes no body without a length', async () => {
    const { upload } = await platform.api.register('small.txt', 'text/plain', 5);
    const body = new Blob(['small']).stream();

    const chunked = await fetch(upload.url, { ...upload, body, duplex: 'half' } as RequestInit);

    expect(chunked.status).toBe(403);
  });
});

describe('a file with a checksum', () => {
  it('is stored', async () => {
    const checksum = { sha256: sha256(words) };
    const { contentId, upload } = await platform.api.register('a.txt', 'text/plain', words.length, {
      checksum,
    });

    expect(upload.headers['x-amz-checksum-sha256']).toBe(checksum.sha256);
    expect((await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: words })).status).toBe(
      200,
    );
    expect(await settled(contentId)).toMatchObject({ status: 'ready' });
  });

  it('is refused with other bytes or without the checksum, and may be sent again', async () => {
    const checksum = { sha256: sha256(words) };
    const { contentId, upload } = await platform.api.register('b.txt', 'text/plain', words.length, {
      checksum,
    });
    const { 'x-amz-checksum-sha256': _, ...without } = upload.headers;
    const put = (body: Buffer, headers: Record<string, string>) =>
      fetch(upload.url, { method: 'PUT', headers, body });

    expect((await put(Buffer.from('The lighthouse falls!.'), upload.headers)).status).toBe(400);
    expect((await put(words, without)).status).toBe(403);
    expect((await put(words, upload.headers)).status).toBe(200);
    expect(await settled(contentId)).toMatchObject({ status: 'ready' });
  });

  it.each([[{ sha256: 'abc' }], [{ md5: 'abc' }], ['abc']])(
    'of the form %j is refused with the field',
    async (checksum) => {
      const body = { filename: 'a.txt', contentType: 'text/plain', bytes: 3, checksum };
      const { status, json } = await platform.api.call('POST', '/content', { body });

      expect(status).toBe(400);
      expect(json.detail).toContain('checksum');
    },
  );
});

describe('a large file', () => {
  const bytes = limits.multipartFromBytes + 3_000_000;
  const file = toWav(new Float32Array((bytes - 44) / 2), { sampleRate: 48_000, bits: 16, channels: 1 });

  const register = () =>
    platform.api.ok<CreateContentResponse>('POST', '/content', {
      ...{ filename: 'long.wav', contentType: 'audio/wav', bytes: file.length },
    });

  async function partsOf({ upload }: CreateContentResponse) {
    if (upload.method !== 'MULTIPART') throw new Error('It is not uploaded in parts');
    const { partBytes } = upload;
    return upload.parts.map(({ partNumber, url }) => ({
      partNumber,
      url,
      body: file.subarray((partNumber - 1) * partBytes, partNumber * partBytes),
    }));
  }

  async function put(parts: Awaited<ReturnType<typeof partsOf>>) {
    const sent = [];
    for (const { partNumber, url, body } of parts.toReversed()) {
      const response = await fetch(url, { method: 'PUT', body });
      const etag = response.headers.get('etag') ?? '';
      expect(etag).toBe(`"${md5(body)}"`);
      sent.push({ partNumber, etag });
    }
    return sent;
  }

  const complete = (contentId: string, parts: unknown) =>
    platform.api.call('POST', `/content/${contentId}/upload`, { body: { parts } });

  it('is uploaded in parts, in any order, and completed once', async () => {
    const registered = await register();
    const { contentId } = registered;
    const parts = await partsOf(registered);
    expect(parts).toHaveLength(Math.ceil(file.length / limits.uploadPartBytes));

    const sent = await put(parts);

    expect((await complete(contentId, sent)).status).toBe(204);
    expect((await complete(contentId, sent)).status).toBe(204);
    expect(await settled(contentId)).toMatchObject({ status: 'ready', bytes: file.length });
    expect((await complete(contentId, sent)).status).toBe(204);
  });

  it('has no part of another size', async () => {
    const [first, ...rest] = await partsOf(await register());
    const last = rest.at(-1);
    if (!first || !last) throw new Error('It has too few parts');
    const refused = (url: string, size: number) => fetch(url, { method: 'PUT', body: Buffer.alloc(size) });

    for (const { url, body } of [first, last]) {
      expect((await refused(url, body.length + 1)).status).toBe(403);
      expect((await refused(url, body.length - 1)).status).toBe(403);
    }
  });

  it('is not completed with other parts than those sent', async () => {
    const registered = await register();
    const { contentId } = registered;
    const [first, ...rest] = await put(await partsOf(registered));

    const wrong = await complete(contentId, [{ ...first, etag: '"0123"' }, ...rest]);
    expect(wrong).toMatchObject({ status: 400 });
    expect(wrong.json.detail).toMatch(/parts: are not those that were uploaded/);
    const twice = await complete(contentId, [{ partNumber: 0, etag: 'x' }]);
    expect(twice).toMatchObject({ status: 400 });

    expect((await complete(contentId, [first, ...rest])).status).toBe(204);
  });

  it('is not completed while a part is missing from the list, and loses nothing', async () => {
    const registered = await register();
    const sent = await put(await partsOf(registered));

    const lacking = await complete(registered.contentId, sent.slice(1));

    expect(lacking.status).toBe(400);
    expect(lacking.json.detail).toContain(`parts: lacks part ${sent.length} of ${sent.length}`);
    expect((await complete(registered.contentId, sent)).status).toBe(204);
  });

  it('has no checksum of the whole, and the refusal gives the reason', async () => {
    const body = {
      ...{ filename: 'long.wav', contentType: 'audio/wav', bytes: file.length },
      checksum: { sha256: sha256(words) },
    };
    const { status, json } = await platform.api.call('POST', '/content', { body });

    expect(status).toBe(400);
    expect(json.detail).toMatch(/checksum: is for files of at most/);
  });

  it('cannot be completed with another key, and a small file cannot be completed at all', async () => {
    const registered = await register();
    const parts = [{ partNumber: 1, etag: 'x' }];
    const guest = await platform.guest.call('POST', `/content/${registered.contentId}/upload`, {
      body: { parts },
    });
    expect(guest.status).toBe(404);
    const small = await platform.api.register('a.txt', 'text/plain', 3);
    expect(await complete(small.contentId, parts)).toMatchObject({ status: 409 });
  });
});
