import type { ContentEvent, PublishedEvent } from '@nova/shared/events/index';
import { contentStream, jobStream } from '@nova/shared/events/index';
import { defaultReactions } from '@nova/shared/models';
import { eventId } from '@nova/shared/tables';
import { describe, expect, it } from 'vitest';
import { execute } from '../../commands/execute.ts';
import { content } from '../../domain/content.ts';
import { completeJob, failJob, job, startJob } from '../../domain/job.ts';
import type { LiveContentRow } from '../../domain/projections/content.ts';
import { projections } from '../../domain/projections/index.ts';
import { headKey } from '../../domain/projections/projection.ts';
import { memoryEventStore } from '../../testing/memory-event-store.ts';
import { foldedRows } from '../../testing/memory-read-model.ts';
import { startJobs } from '../event-handler/start-jobs.ts';
import { processingOf } from './processing.ts';

const tenant = 'tenant';
const id = '019ab000-0000-7000-8000-000000000001';
const item = contentStream(tenant, id);
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:tenant' };
const file = { contentType: 'x/y', bytes: 1, objectKey: 'k' };

/** An item of a kind whose file has arrived, and its reactions. */
async function anItem(kind: 'document' | 'audio', react?: false) {
  const store = memoryEventStore();
  const rows = foldedRows(store);
  const asked = react === undefined ? {} : { react };
  const append = async (...events: ContentEvent[]) => {
    await execute(store, content, item, metadata, () => events);
    return (await store.load(item)).events.at(-1);
  };
  await append({
    type: 'ContentRegistered',
    data: { filename: 'f', uploadExpiresAt: '2026-01-01T01:00:00.000Z', kind, ...file, ...asked },
  });
  const uploaded = await append({ type: 'ContentUploaded', data: { kind, etag: 'e', ...file, ...asked } });
  return {
    append,
    /** The event handler receives an event of the item. */
    react: async (event = uploaded, reactions = defaultReactions) => {
      const published = { ...event, id: eventId(item, event?.version ?? 0) };
      await startJobs(store, published as PublishedEvent<'ContentUploaded'>, reactions);
    },
    end: async (jobId: string | undefined, failure?: string) => {
      const stream = jobStream(tenant, jobId ?? '');
      const worker = { id: 'w', now: new Date(), leaseUntil: new Date(Date.now() + 1000) };
      await execute(store, job, stream, metadata, (state) => startJob(state, worker));
      await execute(store, job, stream, metadata, (state) =>
        failure === undefined ? completeJob(state, 'w') : failJob(state, failure, false),
      );
    },
    processing: async (now = Date.now(), reactions = defaultReactions) => {
      const row = (await rows.get<LiveContentRow>(headKey(item)))?.row;
      const [found] = await processingOf(rows, reactions, () => now)(tenant, row ? [row] : []);
      return found ?? [];
    },
    /** From the row that the first version of the projection makes. */
    processingOfOldRow: async () => {
      const { events } = await store.load(item);
      const row = events.reduce<object | undefined>(
        (before, event) => projections.content[0].evolve(before, event),
        undefined,
      );
      const [found] = await processingOf(rows, defaultReactions)(tenant, [row as LiveContentRow]);
      return found ?? [];
    },
  };
}

const queued = { status: 'queued', progress: { percent: 0, stage: 'queued' } };

describe('what an upload started', () => {
  it('is known before the job is requested, by the id that it gets', async () => {
    const one = await anItem('document');

    const [before] = await one.processing();
    expect(before).toEqual({ kind: 'indexing', source: 'document', jobId: expect.any(String), ...queued });

    await one.react();
    expect(await one.processing()).toEqual([before]);
    await one.end(before?.jobId);
    expect(await one.processing()).toMatchObject([{ jobId: before?.jobId, status: 'done' }]);
  });

  it('says why it failed', async () => {
    const one = await anItem('document');
    await one.react();
    await one.end((await one.processing())[0]?.jobId, 'The document has no text.');

    expect(await one.processing()).toMatchObject([{ status: 'failed', reason: 'The document has no text.' }]);
  });

  it('includes what follows from a result that does not exist yet', async () => {
    const one = await anItem('audio');
    await one.react();
    const [first, next, ...others] = await one.processing();
    expect(first).toMatchObject({ kind: 'transcription', status: 'queued' });
    expect(next).toEqual({ kind: 'indexing', source: 'transcript', ...queued });
    expect(others).toEqual([]);

    await one.end(first?.jobId);
    expect(await one.processing()).toMatchObject([{ status: 'done' }, { status: 'queued' }]);
    const attached = await one.append({
      type: 'TranscriptAttached',
      data: { jobId: first?.jobId ?? '', objectKey: 'k', durationSeconds: 1, segments: 1 },
    });
    await one.react(attached as never);
    const [, indexing] = await one.processing();
    await one.end(indexing?.jobId);

    expect(await one.processing()).toMatchObject([
      { status: 'done' },
      { source: 'transcript', status: 'done' },
    ]);
  });

  it('does not promise what a failed job will not lead to', async () => {
    const one = await anItem('audio');
    await one.react();
    await one.end((await one.processing())[0]?.jobId, 'No sound.');

    expect(await one.processing()).toMatchObject([{ kind: 'transcription', status: 'failed' }]);
  });

  it('is known of rows from before the last replay, as far as they tell', async () => {
    const one = await anItem('audio');
    await one.react();
    expect(await one.processingOfOldRow()).toEqual(await one.processing());

    expect(await (await anItem('audio', false)).processingOfOldRow()).toEqual([]);
  });

  it('is nothing where the registration excludes it', async () => {
    expect(await (await anItem('document', false)).processing()).toEqual([]);
  });

  it('leaves out a job that no event can request any more, as after a change of the reactions', async () => {
    const one = await anItem('document');
    await one.react(undefined, {} as never);
    const hour = 3_600_000;

    expect(await one.processing(Date.now() + hour)).toHaveLength(1);
    expect(await one.processing(Date.now() + 3 * hour)).toEqual([]);
  });
});
