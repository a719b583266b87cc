import type { JobTask, PublishedEvent } from '@nova/shared/events/index';
import type { FunctionName } from '@nova/shared/functions';
import type { Context } from 'aws-lambda';
import { delegateJob, type ExistingJob, type JobState, progressed, startJob } from '../domain/job.ts';
import type { JobSegment } from '../domain/job-segment.ts';
import {
  allSegmentsDone,
  completeSegments,
  cutSegment,
  finishSegment,
  progressSegment,
  segmentHeldBy,
  startSegment,
  workInSegments,
} from '../domain/job-segments.ts';
import type { EventStore } from '../event-store/store.ts';
import { type Conclusion, JobLostError, JobRun, type JobWork, type WorkContext } from './job-run.ts';
import { type JobContext, progressOf } from './run-job.ts';

/** What whoever works on a segment is given. */
export interface SegmentContext<T extends JobTask = JobTask> extends WorkContext<T> {
  readonly segment: number;
  /** Seconds from the start of the recording. */
  readonly from: number;
  /** Where the segment ends, when it was cut before. */
  readonly until: number | undefined;
  /**
   * Says where the segment ends, so that the next may begin.
   * @throws JobLostError when the segment is no longer this worker's
   */
  cut(until: number, last: boolean): Promise<void>;
  /**
   * Says how far the segment is, and notices a cancellation.
   * @param seconds of the segment that are done
   * @param total seconds of the recording
   * @throws JobLostError when the segment is no longer this worker's
   */
  progress(seconds: number, total: number, stage: string): Promise<void>;
}

/** Work on a recording that is too long for one invocation. */
export interface WorkInSegments<T extends JobTask> {
  /**
   * Looks at the recording before any segment of it is worked on.
   * @returns `delegated` when another service does the work
   * @throws DomainError when it cannot be done
   */
  open(context: JobContext<T>): Promise<'in-segments' | 'delegated'>;
  /** Works on one segment and keeps what came of it. */
  segment(context: SegmentContext<T>): Promise<void>;
  /** Makes one result of what was kept of the segments. */
  conclude(context: WorkContext<T>, segments: readonly JobSegment[]): Promise<Conclusion>;
  /** Takes away what was kept of the segments, once the job is done. */
  tidy(context: WorkContext<T>, segments: readonly JobSegment[]): Promise<void>;
}

/**
 * Works on a job in segments, each an event of its own: whoever finishes the last of them makes the result. Doubled and
 * repeated deliveries change nothing; what a worker leaves behind that dies, its retry takes over.
 */
export async function runInSegments<T extends JobTask>(
  store: EventStore,
  functionName: FunctionName,
  event: JobWork,
  invocation: Context,
  work: WorkInSegments<T>,
): Promise<void> {
  using run = new JobRun(store, functionName, event, invocation);
  if (event.type === 'JobPartRequested') await workOnSegment(run, event, work);
  else await openJob(run, work);
}

async function openJob<T extends JobTask>(run: JobRun, work: WorkInSegments<T>): Promise<void> {
  const taken = await run.take((state) => startJob(state, run.worker));
  if (!taken) return;
  try {
    const how = await work.open({ ...(await run.context<T>(taken)), progress: progressOf(run) });
    const worker = run.worker.id;
    const { state } = await run.change((before) =>
      how === 'delegated' ? delegateJob(before, worker) : workInSegments(before, worker),
    );
    // An earlier try of the job may have done all of them.
    await concludeWhenDone(run, state, work);
  } catch (error) {
    await run.failed(error, taken.attempts);
  }
}

async function workOnSegment<T extends JobTask>(
  run: JobRun,
  { data: { part: segment } }: PublishedEvent<'JobPartRequested'>,
  work: WorkInSegments<T>,
): Promise<void> {
  const { state, appended } = await run.change((before) => startSegment(before, segment, run.worker));
  const known = state.status === 'running' ? state.parts[segment] : undefined;
  const attempt = known?.attempts ?? 0;
  try {
    // Whoever did the last segment may have died before it made the result of them all.
    if (appended.length === 0 || state.status !== 'running') return await concludeWhenDone(run, state, work);
    await work.segment(await segmentContext<T>(run, state, segment));
    const done = await run.change((before) => finishSegment(before, segment, run.worker.id));
    await concludeWhenDone(run, done.state, work);
  } catch (error) {
    await run.failed(error, attempt);
  }
}

async function segmentContext<T extends JobTask>(
  run: JobRun,
  state: ExistingJob,
  segment: number,
): Promise<SegmentContext<T>> {
  const worker = run.worker.id;
  const { from = 0, until } = state.parts[segment] ?? {};
  const still = (after: JobState) => {
    if (!segmentHeldBy(after, segment, worker)) throw new JobLostError(`The job is ${after.status}`);
  };
  return {
    ...(await run.context<T>(state)),
    segment,
    from,
    until,
    async cut(end, last) {
      still((await run.change((before) => cutSegment(before, segment, worker, { until: end, last }))).state);
    },
    async progress(seconds, total, stage) {
      const report = { part: segment, worker, seconds, total, stage };
      still((await run.change((before) => progressSegment(before, report))).state);
    },
  };
}

async function concludeWhenDone<T extends JobTask>(
  run: JobRun,
  state: JobState,
  work: WorkInSegments<T>,
): Promise<void> {
  if (!allSegmentsDone(state)) return;
  await run.change((before) => progressed(before, merging, 'merging'));
  const context = await run.context<T>(state);
  await run.attach(state, await work.conclude(context, state.parts));
  await run.change(completeSegments);
  await work.tidy(context, state.parts);
}

/** Percent at which all segments are done. */
const merging = 97;
