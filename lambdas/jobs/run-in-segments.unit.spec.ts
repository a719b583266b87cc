import { limits } from '@nova/shared/limits';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { execute } from '../commands/execute.ts';
import { attachResult } from '../domain/content.ts';
import { cancelJob, failJob, job, retryJob } from '../domain/job.ts';
import { memoryBudget } from '../testing/memory-budget.ts';
import { memoryEventStore } from '../testing/memory-event-store.ts';
import {
  deliverAll,
  historyOf,
  jobState,
  requestSegmentedJob,
  segmentedJobFixture,
} from '../testing/segmented-job.ts';
import { recordUsage } from '../usage/record-usage.ts';
import type { SegmentContext, WorkInSegments } from './run-in-segments.ts';

const task = { kind: 'transcription' } as const;
const file = { contentType: 'audio/wav', bytes: 1, objectKey: 'uploads/t/c' };
const used = { source: 'speech', model: 'm', reference: 'r', outputTokens: 0 } as const;
const { jobId, item, stream, metadata } = segmentedJobFixture;

interface Plan {
  /** Number of times that a segment throws before it completes, by its index. */
  readonly failures?: Readonly<Record<number, number>>;
  /** Number of times that the result cannot be written. */
  readonly failingConclusions?: number;
  onSegment?(context: SegmentContext): Promise<void>;
}

/** The work on a recording of the given number of segments of ten seconds, with a log. */
function workOn(
  segments: number,
  { failures = {}, failingConclusions = 0, onSegment = async () => {} }: Plan = {},
) {
  const log = {
    kept: new Map<number, string>(),
    done: [] as number[],
    atOnce: 0,
    most: 0,
    cleanedUp: 0,
    opened: 0,
    concluded: 0,
  };
  const left = { ...failures };
  let conclusions = failingConclusions;
  const work: WorkInSegments<typeof task> = {
    async open() {
      log.opened += 1;
      return 'in-segments';
    },
    async segment(context) {
      const { segment, from } = context;
      log.atOnce += 1;
      log.most = Math.max(log.most, log.atOnce);
      try {
        await context.cut(from + 10, segment === segments - 1);
        await onSegment(context);
        if ((left[segment] ?? 0) > 0) {
          left[segment] = (left[segment] ?? 0) - 1;
          throw new Error('the network left');
        }
        await context.progress(10, segments * 10, 'working');
        log.kept.set(segment, `${from}-${from + 10}`);
        log.done.push(segment);
      } finally {
        log.atOnce -= 1;
      }
    },
    async conclude(_, known) {
      if (conclusions > 0) {
        conclusions -= 1;
        throw new Error('the bucket left');
      }
      log.concluded += 1;
      const segments = known.length;
      return (state) =>
        attachResult(state, {
          type: 'TranscriptAttached',
          data: { jobId, objectKey: 'results/t/c/j.json', segments, durationSeconds: segments * 10 },
        });
    },
    async cleanUp() {
      log.cleanedUp += 1;
    },
  };
  return { work, log };
}

async function prepare(...how: Parameters<typeof workOn>) {
  const store = memoryEventStore();
  await requestSegmentedJob(store, { task, file });
  const attached = async () => (await historyOf(store, item)).filter((type) => type === 'TranscriptAttached');
  const history = () => historyOf(store, stream);
  return { store, attached, history, ...workOn(...how) };
}

describe('a job in segments', () => {
  it('processes a few of them at once, each once, and attaches one result', async () => {
    const { store, work, log, attached, history } = await prepare(10);

    await deliverAll(store, work);

    expect([...log.kept].sort(([a], [b]) => a - b)).toEqual(
      Array.from({ length: 10 }, (_, segment) => [segment, `${segment * 10}-${segment * 10 + 10}`]),
    );
    expect(log.done).toHaveLength(10);
    expect(log.most).toBeLessThanOrEqual(limits.jobSegmentsAtOnce);
    expect(await attached()).toHaveLength(1);
    expect((await history()).at(-1)).toBe('JobCompleted');
    expect(log.cleanedUp).toBe(1);
  });

  it('reports progress that never decreases', async () => {
    const { store, work } = await prepare(8);

    await deliverAll(store, work);

    const { events } = await store.load(stream);
    const percents = events.flatMap(({ type, data }) => (type === 'JobProgressed' ? [data.percent] : []));
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(percents.length).toBeGreaterThan(3);
  });

  it('completes although segments fail twice', async () => {
    const { store, work, attached, history } = await prepare(5, { failures: { 1: 2, 3: 2, 4: 1 } });

    await deliverAll(store, work);

    expect(await attached()).toHaveLength(1);
    expect((await history()).filter((type) => type === 'JobCompleted')).toHaveLength(1);
  });

  it('fails when a segment fails three times, and a retry processes only the remaining ones', async () => {
    const { store, work, log, attached } = await prepare(6, { failures: { 2: 3 } });
    await deliverAll(store, work);
    expect(await jobState(store)).toMatchObject({ status: 'failed', retriable: true });
    expect(await attached()).toEqual([]);
    const before = log.done.length;

    await execute(store, job, stream, metadata, (state) => retryJob(state, jobId));
    await deliverAll(store, work);

    expect(await jobState(store)).toMatchObject({ status: 'done' });
    expect(log.done.length).toBe(6);
    expect(before).toBeGreaterThan(0);
    expect(await attached()).toHaveLength(1);
  });

  it.each([
    ['a segment', { failures: { 2: 3 } }, 2],
    ['the result', { failingConclusions: 4 }, 1],
  ])(
    'that failed for %s is completed by a retry, also when the start of that fails, without opening the file again',
    async (_, plan, failingStarts) => {
      const { store, work, log, attached } = await prepare(6, plan);
      await deliverAll(store, work);
      // As the platform does when Lambda has given up on an event.
      await execute(store, job, stream, metadata, (state) => failJob(state, 'given up', true));

      await execute(store, job, stream, metadata, (state) => retryJob(state, jobId));
      let left: number = failingStarts;
      const plenty = memoryBudget(store);
      const checkBudget: typeof plenty = (key) => {
        left -= 1;
        return left < 0 ? plenty(key) : Promise.reject(new Error('the table is busy'));
      };
      await deliverAll(store, work, { checkBudget });

      expect(await jobState(store)).toMatchObject({ status: 'done', tries: 2 });
      expect(log).toMatchObject({ opened: 1, done: { length: 6 } });
      expect(await attached()).toHaveLength(1);
    },
  );

  it('stops before the next segment once the budget of the day is used up, and a retry continues there', async () => {
    const tokens = 100;
    const spend = ({ tenant }: SegmentContext) =>
      recordUsage(store, tenant, { ...used, inputTokens: tokens }, metadata);
    const { store, work, log } = await prepare(10, { onSegment: spend });

    await deliverAll(store, work, { checkBudget: memoryBudget(store, 3 * tokens) });

    const before = log.done.length;
    // The segments that were in progress when the budget ran out end too.
    expect(before).toBeGreaterThanOrEqual(3);
    expect(before).toBeLessThan(3 + limits.jobSegmentsAtOnce);
    expect(await jobState(store)).toMatchObject({ status: 'failed', retriable: true });

    await execute(store, job, stream, metadata, (state) => retryJob(state, jobId));
    await deliverAll(store, work);

    expect(await jobState(store)).toMatchObject({ status: 'done' });
    expect(log.done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, segment) => segment));
  });

  it('that is cancelled starts no further segment, and attaches nothing', async () => {
    const { store, work, log, attached } = await prepare(20, {
      async onSegment({ segment }) {
        if (segment === 2) await execute(store, job, stream, metadata, (state) => cancelJob(state, jobId));
      },
    });

    await deliverAll(store, work);

    expect(await jobState(store)).toMatchObject({ status: 'cancelled' });
    expect(log.kept.size).toBeLessThan(2 + limits.jobSegmentsAtOnce);
    expect(await attached()).toEqual([]);
  });

  it('is completed by a second delivery when its last worker crashed before the result was written', async () => {
    const { store, work, log, attached } = await prepare(3, { failingConclusions: 2 });

    await deliverAll(store, work);

    expect(await jobState(store)).toMatchObject({ status: 'done' });
    expect(log.done).toHaveLength(3);
    expect(await attached()).toHaveLength(1);
  });

  it('ends once, with the right result, whatever is delivered twice and whatever fails', async () => {
    // Lambda tries an event three times, and the attempts of the last segment include those of the result.
    const canComplete = (plan: { failures: Record<string, number>; failingConclusions: number }) =>
      Math.max(0, ...Object.values(plan.failures)) + plan.failingConclusions <= 2;
    const failurePlans = fc
      .record({
        segments: fc.integer({ min: 1, max: 12 }),
        failures: fc.dictionary(fc.integer({ min: 0, max: 11 }).map(String), fc.integer({ min: 0, max: 2 })),
        failingConclusions: fc.integer({ min: 0, max: 2 }),
        doubled: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1 }),
      })
      .filter(canComplete);
    await fc.assert(
      fc.asyncProperty(failurePlans, async ({ segments, failures, failingConclusions, doubled }) => {
        const { store, work, log, attached, history } = await prepare(segments, {
          failures,
          failingConclusions,
        });
        let next = 0;

        await deliverAll(store, work, { times: () => doubled[next++ % doubled.length] ?? 1 });

        expect(await jobState(store)).toMatchObject({ status: 'done' });
        expect(await attached()).toHaveLength(1);
        expect(log.kept.size).toBe(segments);
        const names = await history();
        expect(names.filter((name) => name === 'JobPartDone')).toHaveLength(segments);
        expect(names.filter((name) => name === 'JobCompleted')).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  });
});
