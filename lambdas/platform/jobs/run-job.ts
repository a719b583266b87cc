import type {
  ContentEvent,
  EventMetadata,
  JobEvent,
  JobTask,
  PublishedEvent,
  StreamId,
} from '@nova/shared/events/index';
import type { FunctionName } from '@nova/shared/functions';
import { limits } from '@nova/shared/limits';
import { contentKinds } from '@nova/shared/vocabulary';
import type { Context } from 'aws-lambda';
import { type ContentState, content, type ExistingContent, ready } from '../../domain/content.ts';
import { DomainError } from '../../domain/errors.ts';
import { completeJob, failJob, heldBy, type JobState, job, progressJob, startJob } from '../../domain/job.ts';
import { currentState, execute } from '../events/execute.ts';
import { causedBy } from '../events/published.ts';
import type { EventStore } from '../events/store.ts';
import { logger } from '../runtime/instrumentation.ts';

/** What the work of a job is given. */
export interface JobContext<T extends JobTask = JobTask> {
  readonly tenant: string;
  readonly jobId: string;
  readonly contentId: string;
  readonly task: T;
  readonly content: ExistingContent;
  readonly metadata: EventMetadata;
  /** Aborts when the function's time is nearly up; pass it to whatever waits. */
  readonly signal: AbortSignal;
  /**
   * Says how far the work is, and notices a cancellation.
   * @throws JobLostError when the job is no longer this worker's
   */
  progress(percent: number, stage: string): Promise<void>;
}

/** Turns the work's result into what the content item's history says of it; empty when it is gone meanwhile. */
export type Conclusion = (state: ContentState) => readonly ContentEvent[];

/** The job was cancelled or taken over while it was worked on. Not a failure. */
export class JobLostError extends Error {
  override readonly name = 'JobLostError';
}

/** Milliseconds kept back from the function's time to put a failure on record. */
const reserveMs = 5000;

/**
 * Works on a requested job, once however often the event is delivered: takes it, does the work, records the result on
 * the content item and then the job's end. A refusal (DomainError) fails the job; anything else is thrown for Lambda
 * to retry until the last attempt, which fails the job too.
 */
export async function runJob<T extends JobTask>(
  store: EventStore,
  functionName: FunctionName,
  event: PublishedEvent<'JobRequested'>,
  invocation: Context,
  work: (context: JobContext<T>) => Promise<Conclusion>,
): Promise<void> {
  const metadata = causedBy(event, functionName);
  const change = (decide: (state: JobState) => readonly JobEvent[]) =>
    execute(store, job, event.stream, metadata, decide);

  const taken = await take(change, invocation);
  if (!taken) return;
  try {
    const context = await jobContext<T>(store, event.stream, taken, invocation, metadata, change);
    const conclude = await work(context);
    await context.progress(99, 'saving');
    await execute(store, content, contentStream(event.stream, taken), metadata, conclude);
    await change((state) => completeJob(state, invocation.awsRequestId));
  } catch (error) {
    await conclusionOf(error, taken.attempts, change);
  }
}

type ExistingJob = Exclude<JobState, { readonly status: 'none' }>;

type Change = (
  decide: (state: JobState) => readonly JobEvent[],
) => ReturnType<typeof execute<JobState, JobEvent>>;

const contentStream = ({ tenant }: StreamId, { contentId }: ExistingJob): StreamId => ({
  tenant,
  aggregate: 'content',
  id: contentId,
});

/** @returns the job as this worker has it; undefined when it is not to be worked on */
async function take(change: Change, invocation: Context): Promise<ExistingJob | undefined> {
  const now = new Date();
  const worker = {
    id: invocation.awsRequestId,
    now,
    leaseUntil: new Date(now.getTime() + invocation.getRemainingTimeInMillis()),
  };
  const { state, appended } = await change((before) => startJob(before, worker));
  const started = appended.some(({ type }) => type === 'JobStarted');
  if (started && state.status === 'running') return state;
  logger.info('The job is not to be worked on now', { status: state.status });
  return undefined;
}

/** What is asked for comes from the job's own history: the bus does not carry what is personal. */
async function jobContext<T extends JobTask>(
  store: EventStore,
  stream: StreamId,
  taken: ExistingJob,
  invocation: Context,
  metadata: EventMetadata,
  change: Change,
): Promise<JobContext<T>> {
  const { contentId, task } = taken;
  const state = await currentState(store, content, contentStream(stream, taken));
  const timeLeft = Math.max(0, invocation.getRemainingTimeInMillis() - reserveMs);
  return {
    tenant: stream.tenant,
    jobId: stream.id,
    contentId,
    task: task as T,
    content: ready(state, contentId, contentKinds, new Date()),
    metadata,
    signal: AbortSignal.timeout(timeLeft),
    async progress(percent, stage) {
      const worker = invocation.awsRequestId;
      const done = await change((before) => progressJob(before, worker, percent, stage));
      if (!heldBy(done.state, worker)) throw new JobLostError(`The job is ${done.state.status}`);
    },
  };
}

async function conclusionOf(error: unknown, attempt: number, change: Change): Promise<void> {
  if (error instanceof JobLostError) return;
  if (error instanceof DomainError) {
    await change((state) => failJob(state, error.message, error.status >= 500));
    return;
  }
  if (attempt < limits.jobAttempts) throw error;
  logger.error('The last attempt at the job failed', error as Error);
  const reason = `Given up after ${attempt} attempts; the last ended with ${(error as Error).name}.`;
  await change((state) => failJob(state, reason, true));
}
