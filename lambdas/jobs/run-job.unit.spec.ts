import { type ContentEvent, contentStream, type PublishedEvent } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { resultKey } from '@nova/shared/objects';
import { streamKey } from '@nova/shared/tables';
import type { Context } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { currentState, execute } from '../commands/execute.ts';
import { content, deleteContent } from '../domain/content.ts';
import { DomainError } from '../domain/errors.ts';
import { cancelJob, job } from '../domain/job.ts';
import type { EventStore } from '../event-store/store.ts';
import { memoryBudget } from '../testing/memory-budget.ts';
import { memoryEventStore } from '../testing/memory-event-store.ts';
import { memoryJobQueue, memoryJobSlots } from '../testing/memory-job-slots.ts';
import { memoryObjects } from '../testing/memory-objects.ts';
import { type Conclusion, JobRun } from './job-run.ts';
import { type JobContext, runJob } from './run-job.ts';
import { saveResult } from './save-result.ts';

const tenant = 't';
const contentId = '019ab000-0000-7000-8000-000000000001';
const jobId = '019ab000-0000-7000-8000-000000000002';
const item = contentStream(tenant, contentId);
const jobStream = { tenant, aggregate: 'job', id: jobId } as const;
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };
const questions = ['Who wears the red scarf?'];
const requested = { contentId, task: { kind: 'analysis', questions } } as const;
const event: PublishedEvent<'JobRequested'> = {
  id: `${streamKey(jobStream)}@1`,
  type: 'JobRequested',
  stream: jobStream,
  version: 1,
  schemaVersion: 1,
  occurredAt: '2026-01-01T00:00:00.000Z',
  // The bus carries no personal data.
  data: { contentId, task: { kind: 'analysis' } },
  metadata,
};
const transcript = { language: 'en', durationSeconds: 1, model: 'm', segments: [] };
const unforeseen = () => Promise.reject(new Error('the network left'));

type Work = (context: JobContext) => Promise<Conclusion>;

/** An uploaded recording, a requested job, and a worker that logs its runs. */
async function prepare(
  store: EventStore = memoryEventStore(),
  checkBudget = memoryBudget(store),
  queue = memoryJobQueue(store),
) {
  const objects = memoryObjects();
  const file = { kind: 'audio', contentType: 'audio/wav', bytes: 1, objectKey: 'uploads/t/c' } as const;
  const uploaded: ContentEvent[] = [
    {
      type: 'ContentRegistered',
      data: { ...file, filename: 'a.wav', uploadExpiresAt: '2026-01-01T00:00:00.000Z' },
    },
    { type: 'ContentUploaded', data: { ...file, etag: 'e' } },
  ];
  await execute(store, content, item, metadata, () => uploaded);
  await execute(store, job, jobStream, metadata, () => [{ type: 'JobRequested', data: requested }]);

  const transcribe: Work = (context) =>
    saveResult(store, objects, context, transcript, (saved) => ({
      type: 'TranscriptAttached',
      data: { ...saved, segments: 0, durationSeconds: 1 },
    }));
  const deliver = async (work: Work = transcribe, awsRequestId = 'invocation-1') => {
    const context = { awsRequestId, getRemainingTimeInMillis: () => 60_000 } as Context;
    const dependencies = { store, functionName: 'audio-handler', checkBudget, queue } as const;
    using run = new JobRun(dependencies, event, context);
    await runJob(run, (context) => work(context));
  };
  const history = async (stream: typeof item | typeof jobStream) =>
    (await store.load(stream)).events.map(({ type }) => type);
  const attached = async () => (await history(item)).filter((type) => type === 'TranscriptAttached').length;
  const saved = () => objects.readJson(resultKey(tenant, contentId, jobId));
  const cancel = () => execute(store, job, jobStream, metadata, (state) => cancelJob(state, jobId));
  const remove = () => execute(store, content, item, metadata, (state) => deleteContent(state, contentId));
  const state = () => currentState(store, job, jobStream);
  return { store, objects, transcribe, deliver, history, attached, saved, cancel, remove, state };
}

/** A store that fails once, at the first commit with an event of the given type. */
function failingOnce(store: EventStore, type: string): EventStore {
  let failed = false;
  return {
    ...store,
    async append(stream, version, commit) {
      if (!failed && commit.events.some((appended) => appended.type === type)) {
        failed = true;
        throw new Error('the table is away');
      }
      return store.append(stream, version, commit);
    },
  };
}

describe('a job', () => {
  it('runs, has its result attached, and is then completed', async () => {
    const { deliver, history, attached, saved } = await prepare();

    await deliver();

    expect(await history(jobStream)).toEqual(['JobRequested', 'JobStarted', 'JobProgressed', 'JobCompleted']);
    expect(await attached()).toBe(1);
    expect(await saved()).toEqual(transcript);
  });

  it('takes its task from its events, not from the bus', async () => {
    const { deliver, transcribe } = await prepare();
    const work = vi.fn(transcribe);

    await deliver(work);

    expect(work).toHaveBeenCalledWith(expect.objectContaining({ contentId, task: requested.task }));
  });

  it('does not run again once it is completed', async () => {
    const { deliver } = await prepare();
    const work = vi.fn(unforeseen);
    await deliver();

    await deliver(work, 'invocation-2');

    expect(work).not.toHaveBeenCalled();
  });

  it('does not run while another invocation holds it', async () => {
    const { deliver, transcribe, state } = await prepare();
    const work = vi.fn(transcribe);

    await deliver(async (context) => {
      await deliver(work, 'invocation-2');
      return transcribe(context);
    });

    expect(work).not.toHaveBeenCalled();
    expect(await state()).toMatchObject({ status: 'done', attempts: 1, worker: 'invocation-1' });
  });

  it('that failed passes at once to a retry of the same invocation', async () => {
    const { deliver, state, attached } = await prepare();

    await expect(deliver(unforeseen)).rejects.toThrow('the network left');
    await deliver();

    expect(await state()).toMatchObject({ status: 'done', attempts: 2 });
    expect(await attached()).toBe(1);
  });

  it('fails at its last attempt, which Lambda does not retry', async () => {
    const { deliver, store, state } = await prepare();
    for (let attempt = 1; attempt < limits.jobAttempts; attempt++) {
      await expect(deliver(unforeseen)).rejects.toThrow();
    }

    await deliver(unforeseen);

    expect(await state()).toMatchObject({ status: 'failed', attempts: limits.jobAttempts });
    const { events } = await store.load(jobStream);
    expect(events.at(-1)?.data).toMatchObject({
      retriable: true,
      reason: expect.stringContaining('3 attempts'),
    });
  });

  it('that is cancelled while it runs attaches nothing', async () => {
    const { deliver, transcribe, cancel, attached, state } = await prepare();

    await deliver(async (context) => {
      await cancel();
      return transcribe(context);
    });

    expect(await attached()).toBe(0);
    expect(await state()).toMatchObject({ status: 'cancelled' });
  });

  it('that another worker took over attaches nothing for the first', async () => {
    const { deliver, store, transcribe, attached } = await prepare();
    const leaseUntil = new Date().toISOString();

    await deliver(async (context) => {
      const taken = { attempt: 2, worker: 'invocation-2', leaseUntil };
      await execute(store, job, jobStream, metadata, () => [{ type: 'JobStarted', data: taken }]);
      return transcribe(context);
    });

    expect(await attached()).toBe(0);
  });

  it('that cannot succeed fails for good, with the reason', async () => {
    const { deliver, store, state } = await prepare();
    const refuse = () => Promise.reject(new DomainError('unsupported-media', 'It is no recording.'));

    await deliver(refuse);

    expect(await state()).toMatchObject({ status: 'failed', attempts: 1 });
    const { events } = await store.load(jobStream);
    expect(events.at(-1)?.data).toEqual({ reason: 'It is no recording.', retriable: false });
  });

  it('fails before its work begins when the budget of the day is used up, and may be retried', async () => {
    const store = memoryEventStore();
    const { deliver, state } = await prepare(store, memoryBudget(store, 0));
    const work = vi.fn(unforeseen);

    await deliver(work);

    expect(work).not.toHaveBeenCalled();
    expect(await state()).toMatchObject({ status: 'failed', attempts: 1, retriable: true });
    const { events } = await store.load(jobStream);
    const reason = expect.stringMatching(/^0 of 0 tokens of the day are used; the budget resets at .*T00:00/);
    expect(events.at(-1)?.data).toEqual({ reason, retriable: true });
  });

  it('waits without an attempt while too many others of its key run', async () => {
    const store = memoryEventStore();
    const slots = memoryJobSlots();
    await slots.run(tenant, 'another.1', 1);
    await execute(store, job, { ...jobStream, id: 'another' }, metadata, () => [
      { type: 'JobRequested', data: requested },
    ]);
    const queue = memoryJobQueue(store, { running: 1, open: 5 }, slots);
    const { deliver, state } = await prepare(store, memoryBudget(store), queue);
    const work = vi.fn(unforeseen);

    await deliver(work);

    expect(work).not.toHaveBeenCalled();
    expect(await state()).toMatchObject({ status: 'queued', attempts: 0 });
    expect([...(await slots.get(tenant)).waiting]).toEqual([`${jobId}.1`]);
  });

  it('fails, and may be retried, when not even that many of its key may wait', async () => {
    const store = memoryEventStore();
    const full = { ...memoryJobQueue(store), start: async () => 'full' as const };
    const { deliver, state } = await prepare(store, memoryBudget(store), full);

    await deliver();

    expect(await state()).toMatchObject({ status: 'failed', attempts: 0, retriable: true });
  });

  it('that failed between result and end is completed by the retry, with its result attached once', async () => {
    const { deliver, attached, state } = await prepare(failingOnce(memoryEventStore(), 'JobCompleted'));

    await expect(deliver()).rejects.toThrow('the table is away');
    expect(await attached()).toBe(1);
    await deliver();

    expect(await attached()).toBe(1);
    expect(await state()).toMatchObject({ status: 'done', attempts: 2 });
  });

  it('on an item that is deleted meanwhile ends without a retry, whatever the deletion broke', async () => {
    const { deliver, remove, state } = await prepare();

    await deliver(async () => {
      await remove();
      return unforeseen();
    });

    expect(await state()).toMatchObject({ status: 'failed', attempts: 1, retriable: false });
  });

  it('on an item that is deleted meanwhile leaves no result behind', async () => {
    const { deliver, remove, objects, saved, attached, state } = await prepare();
    const { writeJson } = objects;
    vi.spyOn(objects, 'writeJson').mockImplementation(async (key, result) => {
      await remove();
      await writeJson(key, result);
    });

    await deliver();

    expect(await saved()).toBeUndefined();
    expect(await attached()).toBe(0);
    expect(await state()).toMatchObject({ status: 'failed' });
  });
});
