import { limits } from '@nova/shared/limits';
import { resultsOf, segmentKey } from '@nova/shared/objects';
import { beforeAll, describe, expect, it } from 'vitest';
import { execute } from '../../../commands/execute.ts';
import type { pagesShare } from '../../../documents/document-budget.ts';
import { content, deleteContent } from '../../../domain/content.ts';
import { cancelJob, job, retryJob } from '../../../domain/job.ts';
import type { JobWork } from '../../../jobs/job-run.ts';
import { longPdf } from '../../../testing/long-pdf.ts';
import { memoryBudget } from '../../../testing/memory-budget.ts';
import { memoryEventStore } from '../../../testing/memory-event-store.ts';
import { memoryObjects } from '../../../testing/memory-objects.ts';
import { memoryVectors } from '../../../testing/memory-vectors.ts';
import {
  deliverAll,
  historyOf,
  jobState,
  requestSegmentedJob,
  segmentedJobFixture,
} from '../../../testing/segmented-job.ts';
import { documentJob } from './document-job.ts';

const { tenant, contentId, jobId, item, stream, metadata } = segmentedJobFixture;
const objectKey = 'uploads/t/c';
const pages = 7;
const file = longPdf(pages);
/** Where the segments of one page end: the last one has the pages that are read before the page before them is complete. */
const ends = [1, 2, 3, 4, 7];

/** A share that is over after one page. */
const onePage: typeof pagesShare = () => ({ cpuMs: 0, until: Number.POSITIVE_INFINITY });

/** A requested job on a long document. */
async function prepare(shareOf: typeof pagesShare = onePage) {
  const store = memoryEventStore();
  const written: string[] = [];
  const memory = memoryObjects();
  const opened: string[] = [];
  const objects: typeof memory = {
    ...memory,
    range(key, from, to) {
      if (from === 0) opened.push(key);
      return memory.range(key, from, to);
    },
    writeJson(key, value) {
      written.push(key);
      return memory.writeJson(key, value);
    },
  };
  objects.write(objectKey, file);
  const { vectors, index } = memoryVectors();
  const embedder = { failures: 0 };
  const work = documentJob(
    {
      ...{ store, objects, index },
      images: { transcribe: () => Promise.reject(new Error('There is no picture')) },
      embedder: {
        async embed() {
          embedder.failures -= 1;
          if (embedder.failures >= 0) throw new Error('the network left');
          return { vector: [1], inputTokens: 1, model: 'm' };
        },
      },
    },
    shareOf,
  );
  await requestSegmentedJob(store, {
    task: { kind: 'indexing', source: 'document' },
    file: { contentType: 'application/pdf', bytes: file.length, objectKey },
  });
  const keptOf = async () => {
    const keys = Array.from({ length: 2 * pages }, (_, segment) =>
      segmentKey(tenant, contentId, jobId, segment),
    );
    const found = await Promise.all(keys.map((key) => objects.head(key)));
    return found.filter((head) => head !== undefined).length;
  };
  const passages = () => [...vectors.values()].map(({ jobId: _, ...passage }) => passage);
  const jobEvents = () => historyOf(store, stream);
  return { store, objects, written, opened, vectors, embedder, work, keptOf, passages, jobEvents };
}

/** The passages of the document, read at once. */
let atOnce: unknown[] = [];
beforeAll(async () => {
  const { store, work, passages } = await prepare(undefined);
  await deliverAll(store, work);
  atOnce = passages();
});

const isPart = (event: JobWork) => event.type === 'JobPartRequested';
const segmentOf = (event: JobWork) => (event.type === 'JobPartRequested' ? event.data.part : -1);

describe('a document', () => {
  it('that a share of one invocation is enough for is indexed by that, without a segment', async () => {
    const shareOf: typeof pagesShare = (endsAt) => ({ cpuMs: 1e6, until: endsAt.getTime() });
    const { store, work, written, opened, passages, jobEvents } = await prepare(shareOf);

    await deliverAll(store, work);

    expect(new Set(await jobEvents())).toEqual(
      new Set(['JobRequested', 'JobStarted', 'JobProgressed', 'JobCompleted']),
    );
    expect([written, opened]).toEqual([[], [objectKey]]);
    expect(passages().length).toBeGreaterThan(1);
  });

  it('that is longer is read in segments, each event delivered twice, into the same passages', async () => {
    const { store, work, opened, keptOf, passages } = await prepare();

    await deliverAll(store, work, { times: () => 2 });

    const state = await jobState(store);
    expect(state).toMatchObject({ status: 'done' });
    expect(state.status !== 'none' && state.parts.map(({ until }) => until)).toEqual(ends);
    expect(passages()).toEqual(atOnce);
    expect(opened).toHaveLength(ends.length);
    expect(await keptOf()).toBe(0);
    expect((await store.load(item)).events.at(-1)).toMatchObject({
      type: 'ContentIndexed',
      data: {
        source: 'document',
        vectors: passages().length,
        document: { pages, warnings: [/Page 5/] },
      } as object,
    });
  });

  it('reports the pages and then the passages as its progress', async () => {
    const { store, work } = await prepare();

    await deliverAll(store, work);

    const { events } = await store.load(stream);
    const progress = events.flatMap(({ type, data }) => (type === 'JobProgressed' ? [data] : []));
    expect(progress.map(({ stage }) => stage)).toEqual([...ends.map(() => 'reading'), 'indexing']);
    expect(progress.map(({ percent }) => percent)).toEqual([7, 14, 21, 29, 50, 95]);
  });
});

describe('a job in segments of pages', () => {
  it('reads no page again when the passages cannot be embedded, also in a retry', async () => {
    const { store, work, opened, embedder, passages } = await prepare();
    embedder.failures = 1000;
    await deliverAll(store, work);
    embedder.failures = 0;
    await execute(store, job, stream, metadata, (state) => [
      ...(state.status === 'running'
        ? [{ type: 'JobFailed', data: { reason: 'r', retriable: true } } as const]
        : []),
    ]);

    await execute(store, job, stream, metadata, (state) => retryJob(state, jobId));
    await deliverAll(store, work);

    expect(await jobState(store)).toMatchObject({ status: 'done', tries: 2 });
    expect(opened).toHaveLength(ends.length);
    expect(passages()).toEqual(atOnce);
  });

  it('stops before the next segment once the budget of the day is used up, and a retry reads the remaining pages', async () => {
    const { store, work, opened, passages } = await prepare();
    let checked = 0;
    const [plenty, none] = [memoryBudget(store, 1_000_000), memoryBudget(store, 0)];
    const checkBudget: typeof plenty = (key) => {
      checked += 1;
      return (checked > 4 ? none : plenty)(key);
    };
    await deliverAll(store, work, { checkBudget });
    expect(await jobState(store)).toMatchObject({ status: 'failed', retriable: true });
    const before = opened.length;

    await execute(store, job, stream, metadata, (state) => retryJob(state, jobId));
    await deliverAll(store, work);

    expect(await jobState(store)).toMatchObject({ status: 'done' });
    expect(before).toBeLessThan(ends.length);
    expect(opened).toHaveLength(ends.length);
    expect(passages()).toEqual(atOnce);
  });

  it('that is cancelled reads no further page, and indexes nothing', async () => {
    const { store, work, opened, vectors } = await prepare();
    const before = async (event: JobWork) => {
      if (segmentOf(event) === 2)
        await execute(store, job, stream, metadata, (state) => cancelJob(state, jobId));
    };

    await deliverAll(store, work, { before });

    expect(await jobState(store)).toMatchObject({ status: 'cancelled' });
    expect(opened.length).toBeLessThan(ends.length);
    expect(vectors.size).toBe(0);
  });

  it('leaves nothing of an item that is deleted meanwhile', async () => {
    const { store, work, objects, keptOf, vectors } = await prepare();
    const before = async (event: JobWork) => {
      if (segmentOf(event) !== 2) return;
      await execute(store, content, item, metadata, (state) => deleteContent(state, contentId));
      await objects.deletePrefix(resultsOf(tenant, contentId));
    };

    await deliverAll(store, work, { before });

    expect(await jobState(store)).toMatchObject({ status: 'failed', retriable: false });
    expect(await keptOf()).toBe(0);
    expect(vectors.size).toBe(0);
  });

  it('is refused once its document has taken too long in all', async () => {
    const { store, work, objects } = await prepare();
    const first = segmentKey(tenant, contentId, jobId, 0);
    const before = async (event: JobWork) => {
      if (!isPart(event) || segmentOf(event) !== 1) return;
      const saved = (await objects.readJson(first)) as object;
      await objects.writeJson(first, { ...saved, cpuMs: limits.documentCpuMsInAll });
    };

    await deliverAll(store, work, { before });

    expect(await jobState(store)).toMatchObject({ status: 'failed', retriable: false });
    expect((await store.load(stream)).events.at(-1)).toMatchObject({
      data: { reason: expect.stringContaining('longer to read than the limit of 240 seconds') as string },
    });
  });
});
