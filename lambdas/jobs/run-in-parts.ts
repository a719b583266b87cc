import type { JobTask, PublishedEvent } from '@nova/shared/events/index';
import type { FunctionName } from '@nova/shared/functions';
import type { Context } from 'aws-lambda';
import { delegateJob, type ExistingJob, type JobState, progressed, startJob } from '../domain/job.ts';
import type { JobPart } from '../domain/job-part.ts';
import {
  allPartsDone,
  completeParts,
  cutPart,
  finishPart,
  partHeldBy,
  progressPart,
  startPart,
  workInParts,
} from '../domain/job-parts.ts';
import type { EventStore } from '../event-store/store.ts';
import { type Conclusion, JobLostError, JobRun, type JobWork, type WorkContext } from './job-run.ts';
import { type JobContext, progressOf } from './run-job.ts';

/** What whoever works on a part is given. */
export interface PartContext<T extends JobTask = JobTask> extends WorkContext<T> {
  readonly part: number;
  /** Seconds from the start of the recording. */
  readonly from: number;
  /** Where the part ends, when it was cut before. */
  readonly until: number | undefined;
  /**
   * Says where the part ends, so that the next may begin.
   * @throws JobLostError when the part is no longer this worker's
   */
  cut(until: number, last: boolean): Promise<void>;
  /**
   * Says how far the part is, and notices a cancellation.
   * @param seconds of the part that are done
   * @param total seconds of the recording
   * @throws JobLostError when the part is no longer this worker's
   */
  progress(seconds: number, total: number, stage: string): Promise<void>;
}

/** Work on a recording that is too long for one invocation. */
export interface WorkInParts<T extends JobTask> {
  /**
   * Looks at the recording before any part of it is worked on.
   * @returns `delegated` when another service does the work
   * @throws DomainError when it cannot be done
   */
  open(context: JobContext<T>): Promise<'in-parts' | 'delegated'>;
  /** Works on one part and keeps what came of it. */
  part(context: PartContext<T>): Promise<void>;
  /** Makes one result of what was kept of the parts. */
  conclude(context: WorkContext<T>, parts: readonly JobPart[]): Promise<Conclusion>;
  /** Takes away what was kept of the parts, once the job is done. */
  tidy(context: WorkContext<T>, parts: readonly JobPart[]): Promise<void>;
}

/**
 * Works on a job in parts, each an event of its own: whoever finishes the last of them makes the result. Doubled and
 * repeated deliveries change nothing; what a worker leaves behind that dies, its retry takes over.
 */
export async function runInParts<T extends JobTask>(
  store: EventStore,
  functionName: FunctionName,
  event: JobWork,
  invocation: Context,
  work: WorkInParts<T>,
): Promise<void> {
  using run = new JobRun(store, functionName, event, invocation);
  if (event.type === 'JobPartRequested') await workOnPart(run, event, work);
  else await openJob(run, work);
}

async function openJob<T extends JobTask>(run: JobRun, work: WorkInParts<T>): Promise<void> {
  const taken = await run.take((state) => startJob(state, run.worker));
  if (!taken) return;
  try {
    const how = await work.open({ ...(await run.context<T>(taken)), progress: progressOf(run) });
    const worker = run.worker.id;
    const { state } = await run.change((before) =>
      how === 'delegated' ? delegateJob(before, worker) : workInParts(before, worker),
    );
    // An earlier try of the job may have done all of them.
    await concludeWhenDone(run, state, work);
  } catch (error) {
    await run.failed(error, taken.attempts);
  }
}

async function workOnPart<T extends JobTask>(
  run: JobRun,
  { data: { part } }: PublishedEvent<'JobPartRequested'>,
  work: WorkInParts<T>,
): Promise<void> {
  const { state, appended } = await run.change((before) => startPart(before, part, run.worker));
  const known = state.status === 'running' ? state.parts[part] : undefined;
  const attempt = known?.attempts ?? 0;
  try {
    // Whoever did the last part may have died before it made the result of them all.
    if (appended.length === 0 || state.status !== 'running') return await concludeWhenDone(run, state, work);
    await work.part(await partContext<T>(run, state, part));
    const done = await run.change((before) => finishPart(before, part, run.worker.id));
    await concludeWhenDone(run, done.state, work);
  } catch (error) {
    await run.failed(error, attempt);
  }
}

async function partContext<T extends JobTask>(
  run: JobRun,
  state: ExistingJob,
  part: number,
): Promise<PartContext<T>> {
  const worker = run.worker.id;
  const { from = 0, until } = state.parts[part] ?? {};
  const still = (after: JobState) => {
    if (!partHeldBy(after, part, worker)) throw new JobLostError(`The job is ${after.status}`);
  };
  return {
    ...(await run.context<T>(state)),
    part,
    from,
    until,
    async cut(end, last) {
      still((await run.change((before) => cutPart(before, part, worker, { until: end, last }))).state);
    },
    async progress(seconds, total, stage) {
      const report = { part, worker, seconds, total, stage };
      still((await run.change((before) => progressPart(before, report))).state);
    },
  };
}

async function concludeWhenDone<T extends JobTask>(
  run: JobRun,
  state: JobState,
  work: WorkInParts<T>,
): Promise<void> {
  if (!allPartsDone(state)) return;
  await run.change((before) => progressed(before, merging, 'merging'));
  const context = await run.context<T>(state);
  await run.attach(state, await work.conclude(context, state.parts));
  await run.change(completeParts);
  await work.tidy(context, state.parts);
}

/** Percent at which all parts are done. */
const merging = 97;
