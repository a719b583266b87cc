import * as sdk from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from 'vitest';
import { Bucket, bodyOf, failsWith, get, head, origin, put, s3Fixture } from './testing/s3-fixture.ts';

describe('permissions', () => {
  it('allow a role what its policy allows, for the objects of its policy', async () => {
    const { s3, reader } = await s3Fixture();
    await put(s3, 'a/k');
    await put(s3, 'c/k');

    expect((await bodyOf(await get(reader, 'a/k'))).toString()).toBe('text');
    await expect(get(reader, 'c/k')).rejects.toMatchObject({
      ...failsWith('AccessDenied', 403),
      message: expect.stringContaining(
        'is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::content/c/k',
      ),
    });
    await expect(put(reader, 'a/k')).rejects.toMatchObject(failsWith('AccessDenied', 403));
  });

  it('hide whether a key exists from roles that may not list it', async () => {
    const { reader, lister } = await s3Fixture();

    await expect(head(lister, 'a/missing')).rejects.toMatchObject(failsWith('NotFound', 404));
    await expect(get(lister, 'a/missing')).rejects.toMatchObject(failsWith('NoSuchKey', 404));
    await expect(head(reader, 'b/missing')).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    await expect(get(reader, 'b/missing')).rejects.toMatchObject(failsWith('AccessDenied', 403));
  });

  it('hide it from roles that may list it under a condition on s3:prefix, which GET and HEAD do not carry', async () => {
    const { reader } = await s3Fixture();

    await expect(head(reader, 'a/missing')).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    await expect(get(reader, 'a/missing')).rejects.toMatchObject(failsWith('AccessDenied', 403));
  });

  it('limit listing by prefix', async () => {
    const { reader } = await s3Fixture();
    const list = (Prefix: string) => reader.send(new sdk.ListObjectsV2Command({ Bucket, Prefix }));

    await expect(list('a/')).resolves.toMatchObject({ KeyCount: 0 });
    await expect(list('')).rejects.toMatchObject(failsWith('AccessDenied', 403));
  });

  it('apply to each of many deletions', async () => {
    const { s3, reader } = await s3Fixture();
    for (const key of ['a/k', 'b/k']) await put(s3, key);
    const { Deleted, Errors } = await reader.send(
      new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a/k' }, { Key: 'b/k' }] } }),
    );

    expect(Deleted).toEqual([{ Key: 'a/k' }]);
    expect(Errors).toMatchObject([{ Key: 'b/k', Code: 'AccessDenied' }]);
  });
});

describe('presigned uploads from a browser', () => {
  const presign = (presigner: sdk.S3Client) =>
    getSignedUrl(
      presigner,
      new sdk.PutObjectCommand({ Bucket, Key: 'a/up', ContentType: 'audio/wav', ContentLength: 5 }),
      {
        signableHeaders: new Set(['content-type', 'content-length']),
      },
    );

  it('accept exactly what was signed', async () => {
    const { presigner, s3, url: base } = await s3Fixture();
    const url = await presign(presigner);
    const headers = { 'content-type': 'audio/wav', origin };

    const longer = await fetch(url, { method: 'PUT', headers, body: 'longer' });
    const other = await fetch(url, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'text/html' },
      body: 'sound',
    });
    const exact = await fetch(url, { method: 'PUT', headers, body: 'sound' });

    expect(url.startsWith(`${base}/content/a/up?`)).toBe(true);
    expect([longer.status, other.status, exact.status]).toEqual([403, 403, 200]);
    expect(exact.headers.get('access-control-allow-origin')).toBe(origin);
    expect(exact.headers.get('access-control-expose-headers')).toBe('ETag');
    expect(await head(s3, 'a/up')).toMatchObject({ ContentType: 'audio/wav', ContentLength: 5 });
  });

  it('are refused when signed for another body, as by default', async () => {
    const { s3 } = await s3Fixture();
    const url = await getSignedUrl(s3, new sdk.PutObjectCommand({ Bucket, Key: 'a/up' }));

    const answer = await fetch(url, { method: 'PUT', body: 'sound' });

    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('<Code>BadDigest</Code>');
  });

  it('may send a preflight request from an allowed origin', async () => {
    const { url } = await s3Fixture();
    const ask = (headers: Record<string, string>) =>
      fetch(`${url}/content/a/up`, { method: 'OPTIONS', headers });
    const preflight = { origin, 'access-control-request-method': 'PUT' };

    const allowed = await ask({ ...preflight, 'access-control-request-headers': 'content-type' });

    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('access-control-allow-headers')).toBe('content-type');
    expect((await ask({ ...preflight, origin: 'http://evil.test' })).status).toBe(403);
    expect((await ask({ ...preflight, 'access-control-request-method': 'DELETE' })).status).toBe(403);
    expect((await ask({ ...preflight, 'access-control-request-headers': 'x-other' })).status).toBe(403);
  });
});
