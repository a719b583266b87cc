import type { JobTask, PublishedEvent } from '@nova/shared/events/index';
import type { Context } from 'aws-lambda';
import { delegateJob, type ExistingJob, type JobState, progressed } from '../domain/job.ts';
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
import {
  type Conclusion,
  JobLostError,
  JobRun,
  type JobWork,
  type RunDependencies,
  type WorkContext,
} from './job-run.ts';
import { type JobContext, runJob } from './run-job.ts';

/** Percent of a job whose segments are done, and whose result is made of theirs. */
export const merging = 97;

/** A segment that a worker works on. */
export interface SegmentContext<T extends JobTask = JobTask> extends WorkContext<T> {
  /** Its number, from 0. */
  readonly segment: number;
  /** Seconds from the start of the recording, or pages before it. */
  readonly from: number;
  /** The end of the segment, if an earlier attempt has recorded it. */
  readonly until: number | undefined;
  /** Whether the channels of the recording are processed separately. */
  readonly byChannel: boolean;
  /**
   * Records the end of the segment, so that the next may begin.
   * @throws JobLostError when this worker no longer holds the segment
   */
  cut(until: number, last: boolean): Promise<void>;
  /**
   * Reports the progress of the segment, and notices a cancellation.
   * @param done seconds or pages of the segment that are done
   * @param total seconds or pages that are the whole work
   * @throws JobLostError when this worker no longer holds the segment
   */
  progress(done: number, total: number, stage: string): Promise<void>;
}

/** Work on a file that may be too long for one invocation. */
export interface WorkInSegments<T extends JobTask> {
  /**
   * Checks the file before the first segment.
   * @returns `by-channel` when the segments' channels are processed separately, `delegated` when another service does the work, or the
   * result when this invocation has done all of it
   * @throws DomainError when the job cannot be done
   */
  open(context: JobContext<T>): Promise<'in-segments' | 'by-channel' | 'delegated' | Conclusion>;
  /** Works on one segment and stores its result. */
  segment(context: SegmentContext<T>): Promise<void>;
  /** Merges the stored results of the segments. */
  conclude(context: JobContext<T>, segments: readonly JobSegment[]): Promise<Conclusion>;
  /** Deletes the stored results of the segments after the job. */
  cleanUp(context: WorkContext<T>, segments: readonly JobSegment[]): Promise<void>;
}

/**
 * Runs a job in segments, each requested by its own event: the worker that finishes the last one makes the result.
 * Duplicate and repeated deliveries change nothing; a retry continues the segment of a worker that crashed.
 */
export async function runInSegments<T extends JobTask>(
  dependencies: RunDependencies,
  event: JobWork,
  invocation: Context,
  work: WorkInSegments<T>,
): Promise<void> {
  using run = new JobRun(dependencies, event, invocation);
  if (event.type === 'JobPartRequested') await workOnSegment(run, event, work);
  else await openJob(run, work);
}

async function openJob<T extends JobTask>(run: JobRun, work: WorkInSegments<T>): Promise<void> {
  await runJob<T>(run, async (context, { parts }) => {
    // An earlier run of the job has opened the file.
    const how = parts.length > 0 ? 'in-segments' : await work.open(context);
    if (typeof how === 'function') return how;
    const worker = run.worker.id;
    const { state } = await run.change((before) =>
      how === 'delegated'
        ? delegateJob(before, worker)
        : workInSegments(before, worker, how === 'by-channel' ? true : undefined),
    );
    // It may have finished all segments.
    await concludeWhenDone(run, state, work);
    return undefined;
  });
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
    // The worker of the last segment may have died before it made the result.
    if (appended.length === 0 || state.status !== 'running') return await concludeWhenDone(run, state, work);
    await run.checkBudget();
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
  const { from = 0, until, byChannel = false } = state.parts[segment] ?? {};
  const checkHeld = (after: JobState) => {
    if (!segmentHeldBy(after, segment, worker)) throw new JobLostError(`The job is ${after.status}`);
  };
  return {
    ...(await run.context<T>(state)),
    segment,
    from,
    until,
    byChannel,
    async cut(end, last) {
      checkHeld(
        (await run.change((before) => cutSegment(before, segment, worker, { until: end, last }))).state,
      );
    },
    async progress(done, total, stage) {
      const report = { part: segment, worker, done, total, stage };
      checkHeld((await run.change((before) => progressSegment(before, report))).state);
    },
  };
}

async function concludeWhenDone<T extends JobTask>(
  run: JobRun,
  state: JobState,
  work: WorkInSegments<T>,
): Promise<void> {
  if (!allSegmentsDone(state)) return;
  const context: JobContext<T> = {
    ...(await run.context<T>(state)),
    async progress(percent, stage) {
      const { status } = (await run.change((before) => progressed(before, percent, stage))).state;
      if (status !== 'running') throw new JobLostError(`The job is ${status}`);
    },
  };
  await run.attach(state, await work.conclude(context, state.parts));
  await run.change(completeSegments);
  await work.cleanUp(context, state.parts);
}
