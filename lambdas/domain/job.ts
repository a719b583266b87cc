import type { DomainEvent, JobEvent, JobTask } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import type { AggregateRoot } from './aggregate.ts';
import { DomainError, notFound } from './errors.ts';

/** What a job's history says. */
export type JobState =
  | { readonly status: 'none' }
  | {
      readonly status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
      readonly contentId: string;
      readonly task: JobTask;
      /** Times it was started; 0 while queued. */
      readonly attempts: number;
      readonly worker?: string;
      readonly leaseUntil?: string;
    };

/** An invocation that wants to work on a job. */
export interface Worker {
  /** Request id of the invocation; Lambda's retries of one asynchronous event share it. */
  readonly id: string;
  readonly now: Date;
  /** When this invocation's time is up. */
  readonly leaseUntil: Date;
}

export const job: AggregateRoot<JobState, JobEvent> = {
  stateVersion: 1,
  initialState: { status: 'none' },
  evolve,
  contentId: (state) => (state.status === 'none' ? undefined : state.contentId),
};

function evolve(state: JobState, event: JobEvent): JobState {
  if (event.type === 'JobRequested') return { status: 'queued', attempts: 0, ...event.data };
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'JobStarted': {
      const { attempt, worker, leaseUntil } = event.data;
      return { ...state, status: 'running', attempts: attempt, worker, leaseUntil };
    }
    case 'JobProgressed':
      return state;
    case 'JobCompleted':
      return { ...state, status: 'done' };
    case 'JobFailed':
      return { ...state, status: 'failed' };
    case 'JobCancelled':
      return { ...state, status: 'cancelled' };
  }
}

/** Whether nothing more can happen to the job. */
export function ended(state: JobState): boolean {
  return state.status === 'done' || state.status === 'failed' || state.status === 'cancelled';
}

/**
 * A worker takes the job. Nothing when the job has ended or another worker holds it: deliveries may be doubled, and
 * only one may work. After {@link limits.jobAttempts} starts the job is failed instead.
 */
export function startJob(state: JobState, worker: Worker): DomainEvent<'JobStarted' | 'JobFailed'>[] {
  if (state.status === 'none' || ended(state)) return [];
  if (state.status === 'running' && state.worker !== worker.id && !leaseOver(state.leaseUntil, worker.now)) {
    return [];
  }
  if (state.attempts >= limits.jobAttempts) {
    const reason = `Given up after ${state.attempts} attempts that ended without an answer.`;
    return [{ type: 'JobFailed', data: { reason, retriable: true } }];
  }
  const data = {
    attempt: state.attempts + 1,
    worker: worker.id,
    leaseUntil: worker.leaseUntil.toISOString(),
  };
  return [{ type: 'JobStarted', data }];
}

function leaseOver(leaseUntil: string | undefined, now: Date): boolean {
  return leaseUntil === undefined || Date.parse(leaseUntil) <= now.getTime();
}

/** The job's worker says how far it is. Nothing when the job was taken from it or ended. */
export function progressJob(state: JobState, worker: string, percent: number, stage: string): JobEvent[] {
  if (!heldBy(state, worker)) return [];
  return [{ type: 'JobProgressed', data: { percent: Math.round(percent), stage } }];
}

/** The job's worker is done. */
export function completeJob(state: JobState, worker: string): JobEvent[] {
  return heldBy(state, worker) ? [{ type: 'JobCompleted', data: {} }] : [];
}

/** The job cannot be done. Nothing when it has ended already. */
export function failJob(state: JobState, reason: string, retriable: boolean): JobEvent[] {
  if (state.status === 'none' || ended(state)) return [];
  return [{ type: 'JobFailed', data: { reason, retriable } }];
}

/** Whether the worker still has the job: not when it was cancelled, or taken over. */
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
