import { routeNames, routes } from '@nova/shared/routes';
import { v7 as uuid } from 'uuid';
import { describe, expect, it } from 'vitest';
import { makeSpeech } from '../../fixtures/make-speech.ts';
import { makeVideo } from '../../fixtures/make-video.ts';
import type { Answer } from '../testing/api.ts';
import { sharedPlatform } from '../testing/platform.ts';

/** Every POST, repeated over HTTP on the running platform. */

const platform = sharedPlatform();

const bytes = (text: string) => new TextEncoder().encode(text);
const post = (path: string, body: object, key: string, api = platform.api): Promise<Answer> =>
  api.call('POST', path, { body, headers: { 'idempotency-key': key } });

/** For each POST, what makes a body it takes, and another. */
const bodies: Readonly<Record<string, () => Promise<readonly [object, object]>>> = {
  '/agent/chat': async () => [{ message: 'My name is Ada.' }, { message: 'My name is Grace.' }],
  '/audio/transcribe': async () => {
    const contentId = await platform.api.upload('a.wav', 'audio/wav', makeSpeech(['A: hello there']));
    return [{ contentId }, { contentId, language: 'en' }];
  },
  '/video/analyze': async () => {
    const contentId = await platform.api.upload('a.mp4', 'video/mp4', await makeVideo({ seconds: 2 }));
    return [{ contentId }, { contentId, questions: ['Who?'] }];
  },
  '/search': async () => {
    const contentId = await platform.api.upload('a.txt', 'text/plain', bytes('The lantern is red.'));
    await platform.api.indexed(contentId);
    return [{ query: 'lantern' }, { query: 'storm' }];
  },
  '/content': async () => [
    { filename: 'b.txt', contentType: 'text/plain', bytes: 3 },
    { filename: 'b.txt', contentType: 'text/plain', bytes: 4 },
  ],
};

it('the list holds every POST that creates something', () => {
  const posts = routeNames
    .map((name) => routes[name])
    .filter(({ method, path }) => method === 'POST' && !path.includes('{id}'));

  expect(posts.map(({ path }) => path).sort()).toEqual(Object.keys(bodies).sort());
});

describe.each(Object.entries(bodies))('POST %s', (path, make) => {
  it('refuses another query string with the same key', async () => {
    const [body] = await make();
    const key = uuid();

    expect((await post(path, body, key)).status).toBeLessThan(300);
    expect(await post(`${path}?again=1`, body, key)).toMatchObject({
      status: 422,
      json: { type: 'idempotency-key-reused' },
    });
  });

  it('repeats its response; refuses another body; keeps keys of callers apart', async () => {
    const [body, other] = await make();
    const key = uuid();

    const first = await post(path, body, key);
    const again = await post(path, body, key);

    expect(first.status).toBeLessThan(300);
    expect(again.status).toBe(first.status);
    expect(again.json).toEqual(first.json);
    expect(await post(path, other, key)).toMatchObject({
      status: 422,
      json: { type: 'idempotency-key-reused', detail: expect.stringContaining('idempotency-key') },
    });
    expect((await post(path, body, key, platform.guest)).json).not.toEqual(first.json);
  });

  it('refuses a key of the wrong form', async () => {
    const [body] = await make();

    expect(await post(path, body, 'two words')).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'idempotency-key' }] },
    });
  });
});

describe('a POST without a body', () => {
  it('is refused with another query string and the same key', async () => {
    const id = await platform.api.upload('a.txt', 'text/plain', bytes('The lantern is red.'));
    await platform.api.indexed(id);
    const headers = { 'idempotency-key': uuid() };
    const index = (query: string) => platform.api.call('POST', `/content/${id}/index${query}`, { headers });

    const first = await index('?sources=document');
    expect(first.status).toBe(202);
    expect((await index('?sources=document')).json).toEqual(first.json);
    for (const other of ['', '?sources=transcript', '?sources=document&sources=document']) {
      expect(await index(other)).toMatchObject({ status: 422, json: { type: 'idempotency-key-reused' } });
    }
  });

  it('is repeated without a second effect, and refused for another item with the same key', async () => {
    const upload = () => platform.api.upload('a.txt', 'text/plain', bytes('The lantern is red.'));
    const [one, other] = [await upload(), await upload()];
    await platform.api.indexed(one);
    await platform.api.indexed(other);
    const headers = { 'idempotency-key': '0b4ea1f0-index-anew' };
    const index = (id: string) => platform.api.call('POST', `/content/${id}/index`, { headers });

    const first = await index(one);
    const second = await index(one);

    expect(first).toMatchObject({ status: 202, json: { jobs: [{ status: 'queued' }] } });
    expect(second.json).toEqual(first.json);
    expect(await index(other)).toMatchObject({ status: 422, json: { type: 'idempotency-key-reused' } });
    expect(await platform.api.ended(first.json.jobs[0])).toMatchObject({ status: 'done' });
  });
});
