import type { TranscriptSegment } from '@nova/shared/api/media';
import { usageStream } from '@nova/shared/events/index';
import { madeAt } from '@nova/shared/ids';
import { limits } from '@nova/shared/limits';
import type { VectorMetadata } from '@nova/shared/vectors';
import { describe, expect, it } from 'vitest';
import { currentState } from '../../commands/execute.ts';
import { documentPassages, type Passage } from '../../documents/passages/passages.ts';
import { content, type ExistingContent } from '../../domain/content.ts';
import type { WorkContext } from '../../jobs/job-run.ts';
import type { Embedder } from '../../models/embeddings.ts';
import { unlimited } from '../../runtime/work-budget.ts';
import { memoryVectors } from '../../testing/memory-vectors.ts';
import { eraseVectors } from './erase-vectors.ts';
import { placed } from './index-content.ts';
import type { IndexingTask } from './put-vectors.ts';
import { contentId, jobId, prepare, stream, tenant } from './testing/indexing-fixture.ts';

const segment = (start: number, text: string, speaker: string): TranscriptSegment => ({
  start,
  end: start + 1,
  text,
  speaker,
  recognised: true,
});

describe('indexContent', () => {
  it('puts the passages of a document into the index, and returns their number', async () => {
    const { store, vectors, upload, run } = prepare('document', 'text/plain');
    await upload(Buffer.from('Pumps and valves.'));

    await run('document');

    expect([...vectors]).toEqual([
      [
        `${tenant}/${contentId}/document/0`,
        {
          ...{ tenant, contentId, jobId, kind: 'document', source: 'document', text: 'Pumps and valves.' },
          createdAt: madeAt(contentId),
        },
      ],
    ]);
    expect(await currentState(store, content, stream)).toMatchObject({ vectors: { document: 1 } });
  });

  it('embeds a passage with the headings above it, and records what a document says of itself', async () => {
    const { store, embedded, vectors, upload, run } = prepare('document', 'text/html');
    const long = 'The lamp burns oil. '.repeat(60);
    await upload(
      Buffer.from(
        `<html lang="en-GB"><title>Tower</title><h1>Manual</h1><h2>Oil</h2><p>${long}</p><p>Fill it by ten.</p>`,
      ),
    );

    await run('document');

    const passages = [...vectors.values()];
    expect(passages[0]).toMatchObject({ heading: ['Manual'], language: 'en' });
    expect(passages.at(-1)).toMatchObject({
      heading: ['Manual', 'Oil'],
      text: expect.stringMatching(/ten\.$/),
    });
    expect(embedded.at(-1)).toEqual({ text: `Manual > Oil\n${passages.at(-1)?.text}` });
    const { events } = await store.load(stream);
    expect(events.at(-1)?.data).toMatchObject({ document: { title: 'Tower', language: 'en-GB' } });
  });

  it.each([
    ['text/plain', ' \n '],
    ['text/markdown', '<!-- a -->'],
    ['text/html', '<title>t</title>'],
  ])('refuses a document of %s without text, and says so', async (contentType, source) => {
    const { upload, run } = prepare('document', contentType);
    await upload(Buffer.from(source));

    await expect(run('document')).rejects.toMatchObject({
      type: 'unsupported-media',
      message: expect.stringContaining('holds no text'),
    });
  });

  it('keeps existing vectors, and replaces all of them when a fresh index is requested', async () => {
    const { embedded, vectors, upload, run } = prepare('document', 'text/plain');
    await upload(Buffer.from('Pumps and valves.'));
    const [other, anew] = [jobId.replace(/2$/, '3'), jobId.replace(/2$/, '4')];
    await run('document');
    await run('document', { job: other });
    expect(embedded).toHaveLength(1);

    await run('document', { job: anew, fresh: true });
    // Another attempt of the same job finds the vectors of the first.
    await run('document', { job: anew, fresh: true });

    expect(embedded).toHaveLength(2);
    expect(vectors.size).toBe(1);
  });

  it('charges the tokens', async () => {
    const { store, upload, run } = prepare('document', 'text/plain');
    await upload(Buffer.from('Pumps and valves.'));

    await run('document');

    const usage = usageStream(tenant, new Date().toISOString().slice(0, 10));
    const [used] = (await store.load(usage)).events;
    expect(used?.data).toEqual({
      source: 'embedding',
      model: 'model',
      inputTokens: 2,
      outputTokens: 0,
      reference: jobId,
    });
  });

  it('continues where an earlier attempt stopped', async () => {
    const { vectors, embedder, embedded, upload, run } = prepare('document', 'text/plain');
    const paragraphs = Array.from(
      { length: 230 },
      (_, n) => `Paragraph ${n}. ${'Words and more. '.repeat(60)}`,
    );
    await upload(Buffer.from(paragraphs.join('\n\n')));
    const failing: Embedder = {
      ...embedder,
      embed: async (...call) => {
        if (embedded.length >= 150) throw new Error('time is up');
        return embedder.embed(...call);
      },
    };
    await expect(run('document', { embedder: failing })).rejects.toThrow('time is up');
    const before = embedded.length;

    await run('document');

    expect(vectors.size).toBe(230);
    expect(embedded.length - before).toBe(130);
  });

  it('replaces the vectors of an earlier transcription, and leaves none of them', async () => {
    const { objects, vectors, append, upload, run } = prepare('audio', 'audio/wav');
    await upload(Buffer.from('RIFF'));
    const attach = async (key: string, segments: TranscriptSegment[]) => {
      await objects.writeJson(key, { durationSeconds: 9, model: 'm', segments });
      const data = { jobId, objectKey: key, segments: segments.length, durationSeconds: 9 };
      await append({ type: 'TranscriptAttached', data });
    };
    await attach('first', [segment(0, 'one', 'a'), segment(1, 'two', 'b'), segment(2, 'three', 'a')]);
    await run('transcript');
    await attach('second', [segment(0, 'uno', 'a')]);

    await run('transcript');

    expect([...vectors.values()].map(({ text, start, end }) => [text, start, end])).toEqual([['uno', 0, 1]]);
  });

  it('says that a recording without words cannot be found', async () => {
    const { objects, vectors, append, upload, run } = prepare('audio', 'audio/wav');
    await upload(Buffer.from('RIFF'));
    await objects.writeJson('silent', { durationSeconds: 9, model: 'none', segments: [] });
    await append({
      type: 'TranscriptAttached',
      data: { jobId, objectKey: 'silent', segments: 0, durationSeconds: 9 },
    });

    await expect(run('transcript')).rejects.toThrow(/^No words were recognised .* \?sources=media\.$/);
    expect(vectors.size).toBe(0);
  });

  it('yields to a transcript that was indexed while it read the one before', async () => {
    const { objects, vectors, embedder, append, upload, run } = prepare('audio', 'audio/wav');
    await upload(Buffer.from('RIFF'));
    const attach = async (key: string, by: string, segments: TranscriptSegment[]) => {
      await objects.writeJson(key, { durationSeconds: 9, model: 'm', segments });
      const data = { jobId: by, objectKey: key, segments: segments.length, durationSeconds: 9 };
      await append({ type: 'TranscriptAttached', data });
    };
    await attach('first', jobId, [segment(0, 'one', 'a'), segment(1, 'two', 'b')]);
    const later = '019ab000-0000-7000-8000-000000000003';
    let overtaken = false;
    const slow: Embedder = {
      ...embedder,
      async embed(...call) {
        if (!overtaken) {
          overtaken = true;
          await attach('second', later, [segment(0, 'uno', 'a')]);
          await run('transcript', { job: later });
        }
        return embedder.embed(...call);
      },
    };

    await run('transcript', { embedder: slow });

    expect([...vectors.values()].map(({ text }) => text)).toEqual(['uno']);
  });

  it('refuses a document that is only partly text', async () => {
    const { upload, run } = prepare('document', 'text/plain');
    await upload(Buffer.concat([Buffer.from('text '.repeat(2000)), Buffer.from([0xff, 0xfe])]));

    await expect(run('document')).rejects.toMatchObject({ type: 'unsupported-media' });
  });

  it('reports that there is no transcript yet', async () => {
    const { upload, run } = prepare('audio', 'audio/wav');
    await upload(Buffer.from('RIFF'));

    await expect(run('transcript')).rejects.toMatchObject({ type: 'conflict' });
  });
});

it('the place of a passage fits into the metadata by which a search filters, whatever the document calls it', async () => {
  const name = '表'.repeat(1000);
  const place = { page: 12_345, pageLabel: name, sheet: name, cells: 'A1:XFD1048576' };
  const [first] = await Array.fromAsync(
    documentPassages(
      [
        ...[1, 2, 3, 4, 5, 6].map(
          (level) => ({ kind: 'heading', level, text: name.slice(0, 90), place }) as const,
        ),
        { kind: 'paragraph', text: 'Text.', place },
      ],
      unlimited,
    ),
  );
  const item = { kind: 'document' } as ExistingContent;
  const job = {
    tenant: 't'.repeat(20),
    contentId,
    jobId,
    task: { kind: 'indexing', source: 'document' },
    content: item,
  };

  const { text, ...filterable } = placed(
    job as WorkContext<IndexingTask>,
    { ...(first as Passage), language: 'ja' },
    0,
  ).metadata;

  expect(text).not.toBe('');
  expect(Buffer.byteLength(JSON.stringify(filterable))).toBeLessThan(limits.filterableMetadataBytes);
});

describe('eraseVectors', () => {
  it('deletes the vectors that the history counts and those of an unfinished job, and none of another item', async () => {
    const { vectors, index } = memoryVectors();
    const put = (id: string, source: VectorMetadata['source'], count: number) =>
      index.put(
        Array.from({ length: count }, (_, place) => ({
          key: `${tenant}/${id}/${source}/${place}`,
          vector: [1],
          metadata: { tenant, contentId: id, kind: 'document', source, text: 't' },
        })),
      );
    await put(contentId, 'document', 260);
    await put(contentId, 'scene', 3);
    await put('other', 'document', 2);

    await eraseVectors(index, { tenant, contentId }, { document: 20 });

    expect([...vectors.keys()]).toEqual([`${tenant}/other/document/0`, `${tenant}/other/document/1`]);
  });
});
