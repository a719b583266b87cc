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

  const attempt = await take(change, invocation);
  if (attempt === undefined) return;
  try {
    const context = await jobContext<T>(store, event, invocation, metadata, change);
    const conclude = await work(context);
    await context.progress(99, 'saving');
    await execute(store, content, contentStream(event), metadata, conclude);
    await change((state) => completeJob(state, invocation.awsRequestId));
  } catch (error) {
    await conclusionOf(error, attempt, change);
  }
}

type Change = (
  decide: (state: JobState) => readonly JobEvent[],
) => ReturnType<typeof execute<JobState, JobEvent>>;

const contentStream = (event: PublishedEvent<'JobRequested'>): StreamId => ({
  tenant: event.stream.tenant,
  aggregate: 'content',
  id: event.data.contentId,
});

/** @returns the number of this attempt; undefined when the job is not to be worked on */
async function take(change: Change, invocation: Context): Promise<number | undefined> {
  const now = new Date();
  const worker = {
    id: invocation.awsRequestId,
    now,
    leaseUntil: new Date(now.getTime() + invocation.getRemainingTimeInMillis()),
  };
  const { state, appended } = await change((before) => startJob(before, worker));
  const started = appended.some(({ type }) => type === 'JobStarted');
  if (started && state.status === 'running') return state.attempts;
  logger.info('The job is not to be worked on now', { status: state.status });
  return undefined;
}

async function jobContext<T extends JobTask>(
  store: EventStore,
  event: PublishedEvent<'JobRequested'>,
  invocation: Context,
  metadata: EventMetadata,
  change: Change,
): Promise<JobContext<T>> {
  const { contentId, task } = event.data;
  const state = await currentState(store, content, contentStream(event));
  const timeLeft = Math.max(0, invocation.getRemainingTimeInMillis() - reserveMs);
  return {
    tenant: event.stream.tenant,
    jobId: event.stream.id,
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
