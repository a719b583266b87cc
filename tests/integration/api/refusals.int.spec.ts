import type { ChatResponse } from '@nova/shared/api/chat';
import type { JobAccepted } from '@nova/shared/api/jobs';
import { limits } from '@nova/shared/limits';
import { describe, expect, it } from 'vitest';
import { makeSpeech } from '../../fixtures/make-speech.ts';
import { type Answer, Api } from '../testing/api.ts';
import { eventually } from '../testing/eventually.ts';
import { sharedPlatform } from '../testing/platform.ts';

/** What bad input gets: a problem that names the field and the remedy, and nothing half-written. */

const platform = sharedPlatform();

const nobody = '019c0000-0000-7000-8000-000000000000';
const text = (value: string) => new TextEncoder().encode(value);

/** Expects a problem document of this status whose detail matches. */
function expectProblem(answer: Answer, status: number, detail: RegExp): void {
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.json).toMatchObject({ status, type: expect.any(String), title: expect.any(String) });
  expect(answer.status).toBe(status);
  expect(answer.json.correlationId).not.toBe('');
  expect(answer.json.detail).toMatch(detail);
  expect(answer.text).not.toMatch(/\n\s+at |node_modules|\.ts:/);
}

describe('a request', () => {
  it.each([
    ['no key', () => new Api(platform.url)],
    ['an unknown key', () => new Api(platform.url, 'not-a-key')],
    ['an empty key', () => new Api(platform.url, '')],
  ])('with %s is forbidden', async (_, client) => {
    expectProblem(
      await client().call('GET', '/content'),
      403,
      /valid, enabled API key in the x-api-key header/,
    );
  });
});

describe('a body', () => {
  it.each([
    ['that is not JSON', '{"message":', /body|JSON|json/i],
    ['that is missing', '', /body|message/i],
    ['of the wrong type', { message: 5 }, /message/],
    ['with an unknown field', { message: 'hi', colour: 'red' }, /colour/],
    ['without a required field', {}, /message/],
    ['with an id of the wrong form', { message: 'hi', sessionId: 'x' }, /sessionId/],
  ])('%s is refused with the field', async (_, body, detail) => {
    expectProblem(await platform.api.call('POST', '/agent/chat', { body }), 400, detail);
  });

  it.each([
    ['text/plain', '{"message":5}'],
    ['application/json; charset=utf-8', '{"message":5}'],
  ])('sent as %s is validated as well', async (contentType, body) => {
    const answer = await platform.api.call('POST', '/agent/chat', {
      body,
      headers: { 'content-type': contentType },
    });

    expectProblem(answer, 400, /message/);
  });

  it('that is too large is refused with the limit', async () => {
    const body = `{"message":"hi"${' '.repeat(limits.requestBytes)}}`;

    expectProblem(await platform.api.call('POST', '/agent/chat', { body }), 413, /at most|bytes|MB/);
  });

  it('larger than the limit of API Gateway is refused before any function runs', async () => {
    const body = JSON.stringify({ message: 'x'.repeat(limits.gatewayPayloadBytes) });

    expectProblem(await platform.api.call('POST', '/agent/chat', { body }), 413, /10 MB/);
  });

  it.each([
    [{ filename: '', contentType: 'text/plain', bytes: 1 }, /filename/],
    [{ filename: 'a/b.txt', contentType: 'text/plain', bytes: 1 }, /filename/],
    [{ filename: 'a.exe', contentType: 'application/x-msdownload', bytes: 1 }, /contentType/],
    [{ filename: 'a.txt', contentType: 'text/plain', bytes: 0 }, /bytes/],
    [{ filename: 'a.txt', contentType: 'text/plain', bytes: 1.5 }, /bytes/],
    [{ filename: 'a.mp4', contentType: 'video/mp4', bytes: limits.uploadBytes + 1 }, /bytes/],
    [{ filename: 'a.txt', contentType: 'text/plain', bytes: limits.documentBytes + 1 }, /bytes/],
  ])('that registers %j is refused', async (body, detail) => {
    expectProblem(await platform.api.call('POST', '/content', { body }), 400, detail);
  });

  it.each([
    [{}, /query/],
    [{ query: 'a', contentId: nobody }, /query/],
    [{ query: 'a', topK: 0 }, /topK/],
    [{ query: 'a', topK: limits.topKMax + 1 }, /topK/],
    [{ query: 'a', filter: { kinds: ['smell'] } }, /kinds|filter/],
  ])('that searches for %j is refused', async (body, detail) => {
    expectProblem(await platform.api.call('POST', '/search', { body }), 400, detail);
  });
});

describe('a resource that does not exist', () => {
  it.each([
    ['GET', '/nowhere'],
    ['PUT', '/content'],
    ['DELETE', '/search'],
    ['GET', '/content/a/b'],
  ])('%s %s is not found', async (method, path) => {
    expectProblem(await platform.api.call(method, path), 404, /No route/);
  });

  it.each([
    ['GET', `/content/${nobody}`],
    ['DELETE', `/content/${nobody}`],
    ['GET', `/jobs/${nobody}`],
    ['DELETE', `/jobs/${nobody}`],
    ['GET', `/sessions/${nobody}`],
    ['DELETE', `/sessions/${nobody}`],
    ['GET', '/content/not-an-id'],
    ['GET', '/jobs/..%2F..%2Fetc'],
  ])('%s %s is not found', async (method, path) => {
    expectProblem(await platform.api.call(method, path), 404, /There is no/);
  });

  it.each([
    ['/agent/chat', { message: 'hi', sessionId: nobody }],
    ['/agent/chat', { message: 'hi', contentIds: [nobody] }],
    ['/audio/transcribe', { contentId: nobody }],
    ['/video/analyze', { contentId: nobody }],
    ['/search', { contentId: nobody }],
  ])('POST %s %j is not found', async (path, body) => {
    expectProblem(await platform.api.call('POST', path, { body }), 404, new RegExp(nobody));
  });

  it('may be content, a job or a session of another key', async () => {
    const contentId = await platform.api.upload('mine.wav', 'audio/wav', makeSpeech(['A: mine']));
    const { jobId } = await platform.api.ok<JobAccepted>('POST', '/audio/transcribe', { contentId });
    const { sessionId } = await platform.api.ok<ChatResponse>('POST', '/agent/chat', { message: 'Hello.' });

    for (const path of [`/content/${contentId}`, `/jobs/${jobId}`, `/sessions/${sessionId}`]) {
      expectProblem(await platform.guest.call('GET', path), 404, /There is no/);
      expectProblem(await platform.guest.call('DELETE', path), 404, /There is no/);
    }
    for (const [path, body] of [
      ['/audio/transcribe', { contentId }],
      ['/search', { contentId }],
      ['/agent/chat', { message: 'hi', sessionId }],
      ['/agent/chat', { message: 'hi', contentIds: [contentId] }],
    ] as const) {
      expectProblem(await platform.guest.call('POST', path, { body }), 404, /There is no/);
    }
  });
});

describe('an upload', () => {
  it('that never arrived is not processed, and the response names the remedy', async () => {
    const { contentId } = await platform.api.register('never.wav', 'audio/wav', 1000);

    expect((await platform.api.content(contentId)).status).toBe('awaiting-upload');
    const answer = await platform.api.call('POST', '/audio/transcribe', { body: { contentId } });
    expectProblem(answer, 409, /has not arrived. PUT its bytes to the upload address/);
  });

  it.each([
    [
      'a picture registered as sound',
      'audio/wav',
      Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      'type-differs',
    ],
    ['bytes registered as text', 'text/plain', Buffer.from([0, 1, 2, 255, 254, 0]), 'type-differs'],
    ['text registered as video', 'video/mp4', Buffer.from('not a video'), 'type-differs'],
  ])('of %s is refused with the reason', async (_, contentType, bytes, reason) => {
    const contentId = await platform.api.upload('claimed', contentType, bytes);

    const item = await eventually('it is looked at', async () => {
      const found = await platform.api.content(contentId);
      return found.status !== 'awaiting-upload' && found;
    });
    expect(item).toMatchObject({
      status: 'rejected',
      rejection: { reason, detail: expect.stringMatching(/registered as/) },
    });
    const answer = await platform.api.call('POST', '/audio/transcribe', { body: { contentId } });
    expectProblem(answer, 409, /Register the file again/);
  });

  it('of a wrong file is refused with the reason by a command that comes at once', async () => {
    const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    const commands = (contentId: string) => [
      platform.api.call('POST', '/audio/transcribe', { body: { contentId } }),
      platform.api.call('POST', '/video/analyze', { body: { contentId } }),
      platform.api.call('POST', `/content/${contentId}/index`),
    ];

    for (let attempt = 0; attempt < 6; attempt += 1) {
      const contentId = await platform.api.upload('claimed.wav', 'audio/wav', picture);
      for (const answer of await Promise.all(commands(contentId))) {
        expectProblem(answer, 409, /registered as audio\/wav and is image\/png. Register the file again/);
      }
    }
  });

  it.each([
    ['an empty file', 0],
    ['a shorter file', 3],
    ['a longer file', 11],
  ])('of %s is refused by the store, and the registered file may still come', async (_, bytes) => {
    const { contentId, upload } = await platform.api.register('ten.txt', 'text/plain', 10);
    const put = (body: string) => fetch(upload.url, { method: 'PUT', headers: upload.headers, body });

    const refused = await put('x'.repeat(bytes));

    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
    expect((await platform.api.content(contentId)).status).toBe('awaiting-upload');
    expect((await put('x'.repeat(10))).status).toBe(200);
  });

  it('is accepted once: its address does not replace the file afterwards', async () => {
    const { contentId, upload } = await platform.api.register('once.txt', 'text/plain', 5);
    const put = (body: string) => fetch(upload.url, { method: 'PUT', headers: upload.headers, body });

    expect((await put('first')).status).toBe(200);
    expect((await put('other')).status).toBe(412);
    const item = await platform.api.indexed(contentId);
    expect(await (await fetch(item.download?.url ?? '')).text()).toBe('first');
  });

  it('of the wrong kind is not processed', async () => {
    const contentId = await platform.api.upload('words.txt', 'text/plain', text('words'));

    const answer = await platform.api.call('POST', '/audio/transcribe', { body: { contentId } });
    expectProblem(answer, 422, /takes audio or video, and .* is document \(text\/plain\)/);
  });

  it('with broken content fails its job with the reason', async () => {
    const header = Buffer.from(makeSpeech(['A: hello']).subarray(0, 44));
    header.writeUInt16LE(0, 22);
    const contentId = await platform.api.upload(
      'silent.wav',
      'audio/wav',
      Buffer.concat([header, Buffer.alloc(1000)]),
    );

    const job = await platform.api.ended(await platform.api.ok('POST', '/audio/transcribe', { contentId }));
    expect(job).toMatchObject({
      status: 'failed',
      failure: { reason: expect.stringMatching(/channel/), retriable: false },
    });
  });
});

describe('a query', () => {
  it.each([
    ['/content?limit=0', /limit/],
    ['/content?limit=ten', /limit/],
    ['/content?cursor=%21', /cursor/],
    ['/content?cursor=bm90IG9uZQ%3D', /cursor/],
    ['/content?colour=red', /colour/],
    ['/content?__proto__=1', /__proto__/],
    ['/usage?days=400', /days/],
  ])('%s is refused with the name of the parameter', async (path, detail) => {
    expectProblem(await platform.api.call('GET', path), 400, detail);
  });
});

describe('a correlation id', () => {
  it('is returned in the header and in a problem', async () => {
    const answer = await platform.api.call('GET', `/jobs/${nobody}`, {
      headers: { 'x-correlation-id': 'my-request-7' },
    });

    expect(answer.headers.get('x-correlation-id')).toBe('my-request-7');
    expect(answer.json.correlationId).toBe('my-request-7');
  });
});
