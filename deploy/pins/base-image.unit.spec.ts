import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { baseImageOf, pinBaseImage } from './base-image.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const url = 'https://registry.example/v2/lambda/nodejs/manifests/24';

/** A registry that gives a digest for an anonymous token only. Keeps the requests that it gets. */
function registryWith(current: string | undefined) {
  const requests: string[] = [];
  const get = async (input: Parameters<typeof fetch>[0], options?: RequestInit) => {
    const headers = new Headers(options?.headers);
    requests.push(`${options?.method ?? 'GET'} ${input}`);
    if (String(input).startsWith('https://registry.example/token/'))
      return Response.json({ token: 'anonymous' });
    if (headers.get('authorization') !== 'Bearer anonymous') {
      const challenge =
        'Bearer realm="https://registry.example/token/",service="registry.example",scope="aws"';
      return new Response(null, { status: 401, headers: { 'www-authenticate': challenge } });
    }
    expect(headers.get('accept')).toMatch(/^application\/vnd\.oci\.image\.index\.v1\+json, /);
    if (!current) return new Response(null, { status: 404 });
    return new Response(null, { headers: { 'docker-content-digest': current } });
  };
  return { get, requests };
}

let folder: string;
let dockerfile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nova-base-'));
  dockerfile = join(folder, 'Dockerfile');
  writeFileSync(dockerfile, '# Built\nFROM registry.example/lambda/nodejs:24\n\nCMD ["index.handler"]\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the base image', () => {
  it('is pinned to the image that its tag names', async () => {
    const { get, requests } = registryWith(digest('a'));

    expect(await pinBaseImage(dockerfile, get)).toBe(digest('a'));

    expect(readFileSync(dockerfile, 'utf8')).toBe(
      `# Built\nFROM registry.example/lambda/nodejs:24@${digest('a')}\n\nCMD ["index.handler"]\n`,
    );
    const token = 'https://registry.example/token/?service=registry.example&scope=aws';
    expect(requests).toEqual([`HEAD ${url}`, `GET ${token}`, `HEAD ${url}`]);
  });

  it('is pinned again when the tag names another image', async () => {
    await pinBaseImage(dockerfile, registryWith(digest('a')).get);
    await pinBaseImage(dockerfile, registryWith(digest('b')).get);

    expect(baseImageOf(readFileSync(dockerfile, 'utf8'))).toMatchObject({ tag: '24', digest: digest('b') });
  });

  it.each([
    [
      'has no such image',
      registryWith(undefined).get,
      /registry\.example does not tell the digest.*status 404/,
    ],
    [
      'cannot be reached',
      () => Promise.reject(new TypeError('fetch failed', { cause: new Error('no route') })),
      /registry\.example cannot be reached: no route/,
    ],
  ])('stays as it is when the registry %s', async (_, get, message) => {
    const before = readFileSync(dockerfile, 'utf8');

    await expect(pinBaseImage(dockerfile, get)).rejects.toThrow(message);
    expect(readFileSync(dockerfile, 'utf8')).toBe(before);
  });

  it('must have a tag', () => {
    expect(() => baseImageOf('FROM registry.example/lambda/nodejs\n')).toThrow(/FROM <registry>/);
  });
});
