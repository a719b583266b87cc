import type { DomainEvent, JobEvent, JobTask } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import type { AggregateRoot } from './aggregate.ts';
import { type Delivery, evolveDelivery } from './delivery.ts';
import { DomainError, notFound } from './errors.ts';
import { atWork, evolveSegment, type JobSegment, segmentsLeftOver } from './job-segment.ts';

/** State of a job. */
export type JobState = { readonly status: 'none' } | ExistingJob;

export interface ExistingJob extends Omit<DomainEvent<'JobRequested'>['data'], 'task'> {
  readonly status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly task: JobTask;
  /** Number of starts; 0 while queued. */
  readonly attempts: number;
  /** Number of requests: one, and one more for each retry. */
  readonly tries: number;
  readonly worker?: string;
  readonly leaseUntil?: string;
  readonly percent: number;
  /** In order; empty for a job without segments. */
  readonly parts: readonly JobSegment[];
  /** True while another service processes the job. */
  readonly delegated?: true;
  /** For a failed job: whether a retry may succeed. */
  readonly retriable?: boolean;
  /** The last delivery to the webhook, once it was called. */
  readonly delivery?: Delivery;
}

/** An invocation that asks for a job. */
export interface Worker {
  /** Request id of the invocation; Lambda's retries of one asynchronous event share it. */
  readonly id: string;
  readonly now: Date;
  /** The moment at which the invocation times out. */
  readonly leaseUntil: Date;
}

export const job: AggregateRoot<JobState, JobEvent> = {
  stateVersion: 5,
  initialState: { status: 'none' },
  evolve,
  contentId: (state) => (state.status === 'none' ? undefined : state.contentId),
};

function evolve(state: JobState, event: JobEvent): JobState {
  if (event.type === 'JobRequested') {
    return { status: 'queued', attempts: 0, tries: 1, percent: 0, parts: [], ...event.data };
  }
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'JobStarted': {
      const { attempt, worker, leaseUntil } = event.data;
      return { ...state, status: 'running', attempts: attempt, worker, leaseUntil };
    }
    case 'JobProgressed':
      return { ...state, percent: event.data.percent };
    case 'JobDelegated':
      return { ...state, delegated: true };
    case 'JobPartRequested':
    case 'JobPartStarted':
    case 'JobPartCut':
    case 'JobPartDone':
      return { ...state, parts: evolveSegment(state.parts, event) };
    case 'JobCompleted':
      return { ...state, status: 'done' };
    case 'JobFailed':
      return { ...state, status: 'failed', retriable: event.data.retriable };
    case 'JobCancelled':
      return { ...state, status: 'cancelled' };
    case 'WebhookCalled':
    case 'WebhookEnded':
    case 'WebhookRequested':
      // Of an end before the last retry.
      if (!ended(state)) return state;
      return { ...state, delivery: evolveDelivery(state.delivery, event) };
    case 'JobDequeued':
      return state;
    case 'JobRetried': {
      const { worker, leaseUntil, delegated, retriable, delivery, ...kept } = state;
      const again = { attempts: 0, tries: state.tries + 1, percent: 0 };
      return { ...kept, ...again, status: 'queued', parts: segmentsLeftOver(state.parts) };
    }
  }
}

/** Whether the job has ended. */
export function ended(state: JobState): boolean {
  return state.status === 'done' || state.status === 'failed' || state.status === 'cancelled';
}

/**
 * A worker takes the job. Returns no event when the job has ended, another worker or service holds it, or it is split into
 * segments: events may be delivered twice, and only one worker may process the job. After {@link limits.jobAttempts}
 * starts the job fails instead.
 */
export function startJob(state: JobState, worker: Worker): DomainEvent<'JobStarted' | 'JobFailed'>[] {
  if (state.status === 'none' || ended(state)) return [];
  if (state.status === 'running' && (state.delegated || atWork(state.parts).length > 0)) return [];
  if (state.status === 'running' && state.worker !== worker.id && !leaseOver(state.leaseUntil, worker.now)) {
    return [];
  }
  if (state.attempts >= limits.jobAttempts) return [givenUp(state.attempts)];
  const data = {
    attempt: state.attempts + 1,
    worker: worker.id,
    leaseUntil: worker.leaseUntil.toISOString(),
  };
  return [{ type: 'JobStarted', data }];
}

/** The failure of a job that has used all its attempts. */
export const givenUp = (attempts: number): DomainEvent<'JobFailed'> => ({
  type: 'JobFailed',
  data: { reason: `Given up after ${attempts} attempts that ended without an answer.`, retriable: true },
});

/** Whether a worker's lease has expired, so that another worker may take over. */
export function leaseOver(leaseUntil: string | undefined, now: Date): boolean {
  return leaseUntil === undefined || Date.parse(leaseUntil) <= now.getTime();
}

/** Records progress. Returns no event when the worker no longer holds the job or the progress has not grown. */
export function progressJob(state: JobState, worker: string, percent: number, stage: string): JobEvent[] {
  return heldBy(state, worker) ? progressed(state, percent, stage) : [];
}

/** Progress only grows: workers of several segments report in any order. */
export function progressed(state: JobState, percent: number, stage: string): DomainEvent<'JobProgressed'>[] {
  const whole = Math.round(percent);
  if (state.status !== 'running' || whole < state.percent) return [];
  return [{ type: 'JobProgressed', data: { percent: whole, stage } }];
}

/** Completes the job. */
export function completeJob(state: JobState, worker: string): JobEvent[] {
  return heldBy(state, worker) ? [{ type: 'JobCompleted', data: {} }] : [];
}

/** Hands the job over to another service. */
export function delegateJob(state: JobState, worker: string): JobEvent[] {
  return heldBy(state, worker) ? [{ type: 'JobDelegated', data: { to: 'transcribe' } }] : [];
}

/** Completes a job that another service processed. */
export function completeDelegated(state: JobState): JobEvent[] {
  return isDelegated(state) ? [{ type: 'JobCompleted', data: {} }] : [];
}

/**
 * Whether another service may be processing the job now. The service may end before the hand-over is recorded.
 */
export function isDelegated(state: JobState): state is ExistingJob {
  return state.status === 'running' && state.parts.length === 0;
}

/** Fails the job. Returns no event when it has ended. */
export function failJob(state: JobState, reason: string, retriable: boolean): JobEvent[] {
  if (state.status === 'none' || ended(state)) return [];
  return [{ type: 'JobFailed', data: { reason, retriable } }];
}

/** Whether the worker still holds the job: false once it is cancelled or taken over. */
export function heldBy(state: JobState, worker: string): boolean {
  return state.status === 'running' && state.worker === worker;
}

/** @throws DomainError `not-found`, or `conflict` when the job has ended */
export function cancelJob(state: JobState, id: string): JobEvent[] {
  if (state.status === 'none') throw notFound('job', id);
  if (state.status === 'cancelled') return [];
  if (ended(state))
    throw new DomainError('conflict', `Job ${id} is ${state.status} and cannot be cancelled.`);
  return [{ type: 'JobCancelled', data: {} }];
}

/**
 * Retries a failed job; finished segments stay finished. Returns no event while the job is in progress.
 * @throws DomainError `not-found`, or `conflict` when the job has not failed
 */
export function retryJob(state: JobState, id: string): JobEvent[] {
  if (state.status === 'none') throw notFound('job', id);
  if (!ended(state)) return [];
  if (state.status !== 'failed' || !state.retriable) {
    const why =
      state.status === 'failed'
        ? 'failed for a reason that another try does not change'
        : `is ${state.status}`;
    throw new DomainError('conflict', `Job ${id} ${why}; start a new one instead.`);
  }
  return [{ type: 'JobRetried', data: withoutDetails(state) }];
}

/** Requests a waiting job again, now that it may run. Returns no event when the given try does not wait. */
export function dequeueJob(state: JobState, tries: number): DomainEvent<'JobDequeued'>[] {
  if (state.status !== 'queued' || state.tries !== tries) return [];
  return [{ type: 'JobDequeued', data: withoutDetails(state) }];
}

/** The job for the rules of the bus, without its questions, which are personal data. */
function withoutDetails({ contentId, task }: ExistingJob): DomainEvent<'JobRetried'>['data'] {
  const { kind } = task;
  return { contentId, task: kind === 'indexing' ? { kind, source: task.source } : { kind } };
}
