import type { DomainEvent } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import type { JobState } from './job.ts';

const reason = 'Given up: no function has worked on it for a day. Retry the job.';

/**
 * Fails a job that no function works on any more, because the event that would continue or end it was lost. Returns no event while one
 * may still hold it, or Amazon Transcribe may still work on it.
 */
export function failIfLost(state: JobState, now: Date): DomainEvent<'JobFailed'>[] {
  if (state.status !== 'running') return [];
  const leases = [state, ...state.parts].flatMap(({ leaseUntil }) =>
    leaseUntil ? [Date.parse(leaseUntil)] : [],
  );
  if (leases.length === 0 || now.getTime() - Math.max(...leases) < limits.lostJobMs) return [];
  return [{ type: 'JobFailed', data: { reason, retriable: true } }];
}
