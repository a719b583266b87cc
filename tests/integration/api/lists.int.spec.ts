import { readFile } from 'node:fs/promises';
import type { ChatResponse } from '@nova/shared/api/chat';
import type { ContentPage, MediaTypes } from '@nova/shared/api/content';
import type { JobPage } from '@nova/shared/api/jobs';
import type { SessionPage } from '@nova/shared/api/sessions';
import { limits } from '@nova/shared/limits';
import { describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { sharedPlatform } from '../testing/platform.ts';

/** What became of uploads, jobs and sessions, in lists. */

const platform = sharedPlatform();
const text = (value: string) => new TextEncoder().encode(value);

/** An item once nothing more happens with it by itself. */
const processed = (contentId: string) =>
  eventually(`${contentId} is processed`, async () => {
    const item = await platform.api.content(contentId);
    return item.processed && item;
  });

describe('the processing of an upload', () => {
  it('ends with the document indexed', async () => {
    const item = await processed(
      await platform.api.upload('done.txt', 'text/plain', text('Gulls nest here.')),
    );

    expect(item.processing).toEqual([
      {
        kind: 'indexing',
        source: 'document',
        jobId: expect.any(String),
        status: 'done',
        progress: { percent: 100, stage: 'done' },
      },
    ]);
    expect(item.indexed).toBe(true);
  });

  it('says why a document is not indexed', async () => {
    const item = await processed(
      await platform.api.upload('broken.pdf', 'application/pdf', text('%PDF-1.7\nnothing else')),
    );

    const [indexing] = item.processing;
    expect(item).toMatchObject({ status: 'ready', indexed: false });
    expect(indexing).toMatchObject({
      kind: 'indexing',
      status: 'failed',
      reason: expect.stringMatching(/\w+ \w+/),
    });
    const job = await platform.api.ok<{ failure: { reason: string } }>('GET', `/jobs/${indexing?.jobId}`);
    expect(job.failure.reason).toBe(indexing?.reason);
  });

  it('follows a recording through its transcript into the index', async () => {
    const talk = await readFile('tests/fixtures/recordings/talk.wav');
    const item = await processed(await platform.api.upload('talk.wav', 'audio/wav', talk));

    expect(item.transcript).toBeDefined();
    expect(item.indexed).toBe(true);
    expect(item.processing).toMatchObject([
      { kind: 'transcription', status: 'done' },
      { kind: 'indexing', source: 'transcript', status: 'done' },
    ]);
  });

  it('is over for a file that was rejected', async () => {
    const item = await processed(await platform.api.upload('no.png', 'image/png', text('no picture')));

    expect(item).toMatchObject({ status: 'rejected', processing: [] });
  });
});

describe('the list of content', () => {
  it('is filtered, and paged newest first', async () => {
    const since = new Date().toISOString();
    const name = `list-${Date.now()}`;
    const ids: string[] = [];
    for (const n of [1, 2, 3])
      ids.push(await platform.api.upload(`${name}-${n}.txt`, 'text/plain', text(`${n}`)));
    await platform.api.register(`${name}-4.txt`, 'text/plain', 1);
    for (const id of ids) await processed(id);
    const list = (query: Record<string, string>) =>
      platform.api.ok<ContentPage>('GET', `/content?${new URLSearchParams(query)}`);
    const wanted = { filename: name.toUpperCase(), kind: 'document', status: 'ready', createdAfter: since };

    const first = await list({ ...wanted, limit: '2' });
    const second = await list({ ...wanted, limit: '2', cursor: first.nextCursor ?? '' });

    const newest = ids.toReversed();
    expect(first.items.map(({ contentId }) => contentId)).toEqual(newest.slice(0, 2));
    expect(first.items[0]).toMatchObject({
      processed: true,
      processing: [{ kind: 'indexing', status: 'done' }],
    });
    expect(second.items.map(({ contentId }) => contentId)).toEqual(newest.slice(2));
    expect((await list({ filename: name, kind: 'video' })).items).toEqual([]);
    expect((await list({ filename: name, status: 'awaiting-upload' })).items).toHaveLength(1);
    expect((await list({ filename: name, createdBefore: since })).items).toEqual([]);
  });

  it('refuses what it cannot filter by', async () => {
    expect(await platform.api.call('GET', '/content?kind=hologram')).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'kind' }] },
    });
    expect(await platform.api.call('GET', '/content?createdAfter=yesterday')).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'createdAfter' }] },
    });
  });
});

describe('the list of media types', () => {
  it('has what uploads may be', async () => {
    const { mediaTypes } = await platform.api.ok<MediaTypes>('GET', '/media-types');

    expect(mediaTypes).toContainEqual({
      ...{ contentType: 'audio/wav', kind: 'audio', maxBytes: limits.uploadBytes, extensions: ['wav'] },
      aliases: expect.arrayContaining(['audio/x-wav']),
    });
  });
});

describe('the list of jobs', () => {
  it('has the jobs of an item, by kind and status', async () => {
    const contentId = await platform.api.upload('jobs.txt', 'text/plain', text('Terns dive.'));
    const [automatic] = (await processed(contentId)).processing;
    const list = (query: Record<string, string>) =>
      platform.api.ok<JobPage>('GET', `/jobs?${new URLSearchParams({ contentId, ...query })}`);

    const { items } = await eventually('the job is listed', async () => {
      const page = await list({ kind: 'indexing', status: 'done' });
      return page.items.length > 0 && page;
    });

    expect(items).toEqual([
      expect.objectContaining({ jobId: automatic?.jobId, contentId, kind: 'indexing' }),
    ]);
    expect((await list({ status: 'failed' })).items).toEqual([]);
  });
});

describe('the list of sessions', () => {
  it('has sessions that were not deleted', async () => {
    const createdAfter = new Date().toISOString();
    const chat = () => platform.api.ok<ChatResponse>('POST', '/agent/chat', { message: 'Hello' });
    const [kept, deleted] = [await chat(), await chat()];
    await platform.api.ok('DELETE', `/sessions/${deleted.sessionId}`);
    const list = () =>
      platform.api.ok<SessionPage>('GET', `/sessions?${new URLSearchParams({ createdAfter })}`);

    // The projector may write the answer, the deletion and the other session in any order.
    await eventually('the answer and the deletion are seen', async () => {
      const { items } = await list();
      const answered = items.find(({ sessionId }) => sessionId === kept.sessionId);
      return answered?.turnCount === 1 && !items.some(({ sessionId }) => sessionId === deleted.sessionId);
    });
  });
});
