import {
  type ContentEvent,
  contentStream,
  type EventMetadata,
  type JobEvent,
  type JobTask,
  type PublishedEvent,
} from '@nova/shared/events/index';
import type { FunctionName } from '@nova/shared/functions';
import { limits } from '@nova/shared/limits';
import { contentKinds } from '@nova/shared/vocabulary';
import type { Context } from 'aws-lambda';
import { currentState, type Executed, execute } from '../commands/execute.ts';
import { causedBy } from '../commands/publish.ts';
import { type ContentState, content, type ExistingContent, ready } from '../domain/content.ts';
import { DomainError } from '../domain/errors.ts';
import {
  type ExistingJob,
  ended,
  failJob,
  type JobState,
  job,
  startJob,
  type Worker,
} from '../domain/job.ts';
import type { EventStore } from '../event-store/store.ts';
import { logger } from '../runtime/instrumentation.ts';
import type { BudgetCheck } from '../usage/budget-check.ts';
import { refusalIfDeleted } from './deleted-item.ts';
import type { JobQueue } from './queue/job-queue.ts';
import { slotOf } from './queue/slot.ts';

export interface RunDependencies {
  readonly store: EventStore;
  readonly functionName: FunctionName;
  readonly checkBudget: BudgetCheck;
  readonly queue: JobQueue;
}

/** The job that a worker works on, or a segment of it. */
export interface WorkContext<T extends JobTask = JobTask> {
  readonly tenant: string;
  readonly jobId: string;
  /** Requests of the job: one, and one more with each retry. */
  readonly tries: number;
  readonly contentId: string;
  readonly task: T;
  readonly content: ExistingContent;
  readonly metadata: EventMetadata;
  /**
   * Ends the work when the key's budget of the day is used up.
   * @throws DomainError `budget-exhausted`
   */
  checkBudget(): Promise<void>;
  /** Aborts when the function's time is nearly up; pass it to every call that waits. */
  readonly signal: AbortSignal;
  /** The time of the signal, for work that lets no timer run. */
  readonly endsAt: Date;
}

/** Turns the work's result into events of the content item; none when the item was deleted meanwhile. */
export type Conclusion = (state: ContentState) => readonly ContentEvent[];

/** The job was cancelled or taken over during the work. Not a failure. */
export class JobLostError extends Error {
  override readonly name = 'JobLostError';
}

/** The events that request a job, and those that request work on one. */
export const requestNames = ['JobRequested', 'JobRetried', 'JobDequeued'] as const;
export const workNames = [...requestNames, 'JobPartRequested'] as const;
export type JobWork = PublishedEvent<(typeof workNames)[number]>;

/** Whether an event requests work on a job. */
export const isWork = (event: PublishedEvent): event is JobWork =>
  workNames.some((name) => name === event.type);

/** Milliseconds of the function's time that are reserved to record a failure. */
const reserveMs = 5000;

const noRoom = `${limits.openJobsMax} jobs of this key run or wait, and no more may; retry the job once some have ended.`;

/** Whether a later try may succeed: too many requests (429), and faults of the platform. */
const mayPass = ({ status }: DomainError) => status === 429 || status >= 500;

/** The reason for which an invocation's signal is aborted after its work, shared by all, so that it holds nothing of any. */
const over = new JobLostError('The invocation is over');

/** The work of one invocation on one job. */
export class JobRun implements Disposable {
  readonly worker: Worker;
  readonly metadata: EventMetadata;
  readonly #dependencies: RunDependencies;
  readonly #event: JobWork;
  readonly #end = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(dependencies: RunDependencies, event: JobWork, invocation: Context) {
    const now = new Date();
    const left = invocation.getRemainingTimeInMillis();
    this.worker = { id: invocation.awsRequestId, now, leaseUntil: new Date(now.getTime() + left) };
    this.metadata = causedBy(event, dependencies.functionName);
    this.#dependencies = dependencies;
    this.#event = event;
    const timeUp = () =>
      this.#end.abort(new DOMException('The time of the function is nearly up', 'TimeoutError'));
    this.#timer = setTimeout(timeUp, Math.max(0, left - reserveMs)).unref();
  }

  /** Aborts the signal, so that its listeners are freed with all they hold. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#end.abort(over);
  }

  change(decide: (state: JobState) => readonly JobEvent[]): Promise<Executed<JobState>> {
    return execute(this.#dependencies.store, job, this.#event.stream, this.metadata, decide);
  }

  /**
   * Starts the job, in a slot of its key. A job without one waits, until the end of another requests it again.
   * @returns the job as this worker holds it; undefined when it must not work on it
   */
  async start(): Promise<ExistingJob | undefined> {
    const { store, queue } = this.#dependencies;
    const { tenant, id } = this.#event.stream;
    const before = await currentState(store, job, this.#event.stream);
    if (before.status === 'none') return undefined;
    const { tries } = before;
    if (!ended(before)) {
      const turn = await queue.start(tenant, slotOf(id, tries), this.metadata);
      if (turn === 'full') await this.change((state) => failJob(state, noRoom, true));
      if (turn !== 'running') {
        logger.info('The job cannot start: too many jobs of its key have not ended', { turn });
        return undefined;
      }
      const { state, appended } = await this.change((now) =>
        now.status !== 'none' && now.tries === tries ? startJob(now, this.worker) : [],
      );
      if (appended.length > 0 && state.status === 'running') return state;
    }
    logger.info('The job cannot be worked on now', { status: before.status });
    // If the job ended before it got the slot, its end has freed none.
    await queue.release(tenant, id, this.metadata);
    return undefined;
  }

  /**
   * Ends the work before it calls a model, when the key's budget of the day is used up.
   * @throws DomainError `budget-exhausted`
   */
  async checkBudget(): Promise<void> {
    await this.#dependencies.checkBudget(this.#event.stream.tenant);
  }

  /** The task comes from the job's own history, because the bus carries no personal data. */
  async context<T extends JobTask>({ contentId, task, tries }: ExistingJob): Promise<WorkContext<T>> {
    const { tenant, id: jobId } = this.#event.stream;
    const state = await currentState(this.#dependencies.store, content, contentStream(tenant, contentId));
    return {
      tenant,
      jobId,
      tries,
      contentId,
      task: task as T,
      content: ready(state, contentId, contentKinds, new Date()),
      metadata: this.metadata,
      checkBudget: () => this.checkBudget(),
      signal: this.#end.signal,
      endsAt: new Date(this.worker.leaseUntil.getTime() - reserveMs),
    };
  }

  /** Records the result of the work in the history of the content item. */
  async attach({ contentId }: ExistingJob, conclude: Conclusion): Promise<void> {
    const { tenant } = this.#event.stream;
    const stream = contentStream(tenant, contentId);
    await execute(this.#dependencies.store, content, stream, this.metadata, conclude);
  }

  /**
   * Handles an error of the work: a refusal (DomainError) fails the job, and so does any other error in the last attempt or
   * once the content item is deleted, which may be its cause.
   * @throws the error itself in earlier attempts, so that Lambda retries
   */
  async failed(error: unknown, attempt: number): Promise<void> {
    if (error instanceof JobLostError) return;
    const refusal = error instanceof DomainError ? error : await this.#refusalIfDeleted();
    if (refusal) {
      await this.change((state) => failJob(state, refusal.message, mayPass(refusal)));
      return;
    }
    if (attempt < limits.jobAttempts) throw error;
    logger.error('The last attempt at the job failed', error as Error);
    const reason = `Given up after ${attempt} attempts; the last ended with ${(error as Error).name}.`;
    await this.change((state) => failJob(state, reason, true));
  }

  async #refusalIfDeleted(): Promise<DomainError | undefined> {
    const { stream } = this.#event;
    const state = await currentState(this.#dependencies.store, job, stream);
    if (state.status === 'none') return undefined;
    return refusalIfDeleted(this.#dependencies.store, stream.tenant, state.contentId);
  }
}
