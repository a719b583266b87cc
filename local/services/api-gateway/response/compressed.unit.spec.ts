import { gunzipSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compressed } from './compressed.ts';

const body = Buffer.from('a'.repeat(2000));
const answer = (headers: Record<string, string> = {}, bytes = body) => ({
  status: 200,
  headers: new Headers(headers),
  body: bytes,
});

describe('an answer', () => {
  it.each([
    ['gzip', 'gzip', gunzipSync],
    ['deflate', 'deflate', inflateSync],
    ['br, GZIP;q=0.5, deflate', 'gzip', gunzipSync],
    ['gzip;q=0, deflate', 'deflate', inflateSync],
  ])('is compressed for a client that accepts %s', async (accepted, coding, expand) => {
    const { headers, body: packed } = await compressed(answer(), accepted, 1024);

    expect(headers.get('content-encoding')).toBe(coding);
    expect(expand(packed as Buffer)).toEqual(body);
  });

  it.each([
    ['the client names no coding', answer(), undefined, 1024],
    ['the client takes any coding', answer(), '*', 1024],
    ['the client names others only', answer(), 'br, identity', 1024],
    ['it is small', answer({}, body.subarray(0, 1023)), 'gzip', 1024],
    ['it is encoded already', answer({ 'content-encoding': 'br' }), 'gzip', 1024],
    ['the API compresses none', answer(), 'gzip', undefined],
  ])('stays as it is where %s', async (_, response, accepted, least) => {
    expect(await compressed(response, accepted, least)).toBe(response);
  });

  it('that is a stream stays as it is', async () => {
    const stream = { ...answer(), body: { chunks: (async function* () {})(), cancel: () => {} } };

    expect(await compressed(stream, 'gzip', 0)).toBe(stream);
  });
});
