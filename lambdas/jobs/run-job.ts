import type { JobTask } from '@nova/shared/events/index';
import { completeJob, type ExistingJob, heldBy, progressJob } from '../domain/job.ts';
import { type Conclusion, JobLostError, type JobRun, type WorkContext } from './job-run.ts';

/** A job with a way to report its progress. */
export interface JobContext<T extends JobTask = JobTask> extends WorkContext<T> {
  /**
   * Reports the progress of the work, and notices a cancellation.
   * @throws JobLostError when this worker no longer holds the job
   */
  progress(percent: number, stage: string): Promise<void>;
}

/**
 * Runs a requested job once, however often its event is delivered: takes it, does the work, records the result on the content
 * item and then the end of the job. A refusal (DomainError) fails the job; any other error is thrown so that Lambda retries,
 * until the last attempt, which fails the job too.
 * @param work gets the job as it is at the start, and returns undefined when the job does not end with it
 */
export async function runJob<T extends JobTask>(
  run: JobRun,
  work: (context: JobContext<T>, taken: ExistingJob) => Promise<Conclusion | undefined>,
): Promise<void> {
  const taken = await run.start();
  if (!taken) return;
  try {
    await run.checkBudget();
    const context = { ...(await run.context<T>(taken)), progress: progressOf(run) };
    const conclude = await work(context, taken);
    if (!conclude) return;
    await context.progress(99, 'saving');
    await run.attach(taken, conclude);
    await run.change((state) => completeJob(state, run.worker.id));
  } catch (error) {
    await run.failed(error, taken.attempts);
  }
}

/** Reports the progress of a job's worker. */
export function progressOf(run: JobRun): JobContext['progress'] {
  return async (percent, stage) => {
    const worker = run.worker.id;
    const { state } = await run.change((before) => progressJob(before, worker, percent, stage));
    if (!heldBy(state, worker)) throw new JobLostError(`The job is ${state.status}`);
  };
}
