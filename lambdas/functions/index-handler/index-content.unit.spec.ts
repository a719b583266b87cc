import type { TranscriptSegment } from '@nova/shared/api/media';
import { type ContentEvent, contentStream, usageStream } from '@nova/shared/events/index';
import { madeAt } from '@nova/shared/ids';
import { limits } from '@nova/shared/limits';
import { pictureKey } from '@nova/shared/objects';
import type { VectorMetadata } from '@nova/shared/vectors';
import { describe, expect, it } from 'vitest';
import { currentState, execute } from '../../commands/execute.ts';
import { documentPassages, type Passage } from '../../documents/passages/passages.ts';
import { content, type ExistingContent, ready } from '../../domain/content.ts';
import type { WorkContext } from '../../jobs/job-run.ts';
import type { JobContext } from '../../jobs/run-job.ts';
import type { Embedder } from '../../models/embeddings.ts';
import type { ImageModel } from '../../models/nova-image/nova-image.ts';
import { unlimited } from '../../runtime/work-budget.ts';
import { memoryEventStore } from '../../testing/memory-event-store.ts';
import { memoryObjects } from '../../testing/memory-objects.ts';
import { memoryVectors } from '../../testing/memory-vectors.ts';
import { scannedPdf } from '../../testing/scanned-pdf.ts';
import { eraseVectors } from './erase-vectors.ts';
import { placed } from './index-content.ts';
import { indexingJob } from './indexing-job.ts';
import type { IndexingTask } from './put-vectors.ts';

const tenant = 'tenant';
const contentId = '019ab000-0000-7000-8000-000000000001';
const jobId = '019ab000-0000-7000-8000-000000000002';
const stream = contentStream(tenant, contentId);
const metadata = { correlationId: 'c', causationId: 'c', actor: 'test' };
const objectKey = 'uploads/file';

function prepare(kind: ExistingContent['kind'], contentType: string) {
  const store = memoryEventStore();
  const objects = memoryObjects();
  const embedded: unknown[] = [];
  const embedder: Embedder = {
    embed: async (input) => {
      embedded.push(input);
      return { vector: [1], inputTokens: 2, model: 'model' };
    },
  };
  const { vectors, index } = memoryVectors();
  const append = (...events: ContentEvent[]) => execute(store, content, stream, metadata, () => events);
  const upload = async (bytes: Uint8Array) => {
    objects.write(objectKey, bytes);
    const file = { kind, contentType, bytes: bytes.length, objectKey };
    const uploadExpiresAt = new Date().toISOString();
    await append(
      { type: 'ContentRegistered', data: { filename: 'file name', uploadExpiresAt, ...file } },
      { type: 'ContentUploaded', data: { etag: 'e', ...file } },
    );
  };
  const run = async (
    source: IndexingTask['source'],
    {
      fresh,
      job: by = jobId,
      images = aModelThatReads(''),
      ...others
    }: { embedder?: Embedder; images?: ImageModel; fresh?: true; job?: string } = {},
  ) => {
    const job: JobContext<IndexingTask> = {
      tenant,
      jobId: by,
      tries: 1,
      contentId,
      task: { kind: 'indexing', source, fresh },
      content: ready(await currentState(store, content, stream), contentId, [kind], new Date()),
      metadata,
      signal: new AbortController().signal,
      endsAt: new Date(Date.now() + 55_000),
      checkBudget: async () => {},
      progress: async () => {},
    };
    const dependencies = { store, objects, images, embedder, index, ...others };
    const conclude = await indexingJob(dependencies, dependencies).open(job);
    if (typeof conclude !== 'function') throw new Error('One invocation is enough for a short document');
    await execute(store, content, stream, metadata, conclude);
  };
  return { store, objects, embedder, embedded, vectors, index, append, upload, run };
}

/** A model that reads a text off every picture. */
const aModelThatReads = (text: string | undefined, complete = true): ImageModel => ({
  transcribe: async () => ({
    text,
    complete,
    usage: { inputTokens: 230, outputTokens: 5 },
    model: 'image-model',
  }),
});

/** The header of a PNG picture. */
function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.from('89504e470d0a1a0a0000000d494844520000000000000000', 'hex');
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return header;
}

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

  it('passes images to the model by their address', async () => {
    const { embedded, vectors, upload, run } = prepare('image', 'image/png');
    await upload(Buffer.from('png'));

    await run('image');

    expect(embedded).toEqual([{ image: { format: 'png', uri: 's3://content/uploads/file' } }]);
    expect([...vectors.values()]).toMatchObject([{ kind: 'image', text: 'file name' }]);
  });

  it('puts the text in a picture into the index, after the picture itself, and charges its tokens', async () => {
    const { store, vectors, embedded, upload, run } = prepare('image', 'image/webp');
    await upload(Buffer.from('webp'));

    await run('image', { images: aModelThatReads('Gate 12\n\nBoarding closes at ten.') });

    expect(embedded).toEqual([
      { image: { format: 'webp', uri: 's3://content/uploads/file' } },
      { text: 'Gate 12\n\nBoarding closes at ten.' },
    ]);
    expect([...vectors.values()].map(({ source, text }) => [source, text])).toEqual([
      ['image', 'file name'],
      ['image', 'Gate 12\n\nBoarding closes at ten.'],
    ]);
    const usage = usageStream(tenant, new Date().toISOString().slice(0, 10));
    expect((await store.load(usage)).events.map(({ data }) => data)).toContainEqual({
      ...{ source: 'image', model: 'image-model', inputTokens: 230, outputTokens: 5 },
      reference: `${jobId}/picture/0`,
    });
  });

  it.each<[string, ImageModel, RegExp]>([
    ['shows no text', aModelThatReads(''), /^No text is found in the picture/],
    ['the model declines', aModelThatReads(undefined), /is not read: the image model answered without/],
    [
      'the model refuses',
      {
        transcribe: () =>
          Promise.reject(Object.assign(new Error('quoted words'), { name: 'ValidationException' })),
      },
      /^The text of the picture is not read: the image model refused it/,
    ],
  ])(
    'finds a picture by what it shows, and says why it has no text, when it %s',
    async (_case, images, warning) => {
      const { store, vectors, upload, run } = prepare('image', 'image/png');
      await upload(pngHeader(8, 8));

      await run('image', { images });

      expect([...vectors.values()].map(({ text }) => text)).toEqual(['file name']);
      expect((await store.load(stream)).events.at(-1)?.data).toMatchObject({
        document: { warnings: [expect.stringMatching(warning)] },
      });
    },
  );

  it('keeps the text of a picture up to where the model was cut off, and says so', async () => {
    const { store, vectors, upload, run } = prepare('image', 'image/png');
    await upload(pngHeader(8, 8));

    await run('image', { images: aModelThatReads('The first half', false) });

    expect([...vectors.values()].map(({ text }) => text)).toEqual(['file name', 'The first half']);
    expect((await store.load(stream)).events.at(-1)?.data).toMatchObject({
      document: { warnings: [expect.stringMatching(/is read in part/)] },
    });
  });

  it('reads each picture of a document once, also in a job that is interrupted, and keeps no text of it afterwards', async () => {
    const { objects, embedder, vectors, upload, run } = prepare('document', 'application/pdf');
    const picture = {
      entries: '/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 1',
      bytes: Buffer.alloc(8),
    };
    await upload(scannedPdf([{ pictures: [picture] }, { pictures: [picture] }]));
    let read = 0;
    const images: ImageModel = {
      transcribe: async (...call) => {
        read += 1;
        return aModelThatReads(`Sheet ${read} of the survey.`).transcribe(...call);
      },
    };
    const failing: Embedder = { embed: () => Promise.reject(new Error('time is up')) };
    await expect(run('document', { images, embedder: failing })).rejects.toThrow('time is up');

    await run('document', { images, embedder });

    expect(read).toBe(2);
    expect([...vectors.values()].map(({ text, page }) => [page, text])).toEqual([
      [1, expect.stringContaining('Sheet')],
    ]);
    for (const place of ['1-0', '2-0']) {
      expect(await objects.readJson(pictureKey(tenant, contentId, jobId, place))).toBeUndefined();
    }
  });

  it('shows no model a picture of absurd size', async () => {
    const { store, upload, run } = prepare('image', 'image/png');
    await upload(pngHeader(100_000, 3));
    const images: ImageModel = { transcribe: () => expect.unreachable() };

    await run('image', { images });

    expect((await store.load(stream)).events.at(-1)?.data).toMatchObject({
      document: { warnings: [expect.stringMatching(/100000 × 3 pixels/)] },
    });
  });

  it('refuses a document that is only partly text', async () => {
    const { upload, run } = prepare('document', 'text/plain');
    await upload(Buffer.concat([Buffer.from('text '.repeat(2000)), Buffer.from([0xff, 0xfe])]));

    await expect(run('document')).rejects.toMatchObject({ type: 'unsupported-media' });
  });

  it('fails with the refusal of the model', async () => {
    const { upload, run } = prepare('image', 'image/png');
    await upload(Buffer.from('png'));
    const refusal = Object.assign(new Error('image too large'), { name: 'ValidationException' });
    const embedder: Embedder = { embed: () => Promise.reject(refusal) };

    await expect(run('image', { embedder })).rejects.toMatchObject({
      type: 'unsupported-media',
      message: expect.not.stringContaining('image too large'),
    });
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
