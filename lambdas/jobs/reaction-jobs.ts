import type { JobTask } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { jobsAfter, type Reactions, type Trigger } from '../domain/reactions.ts';
import { derivedId } from './request-job.ts';

/** A job that an event starts. */
export interface ReactionJob {
  readonly jobId: string;
  readonly task: JobTask;
}

/**
 * The jobs that an event of a content item starts. The same event always has the same jobs, so whoever knows the event knows
 * their ids, also before they are requested.
 *
 * The ids are older than the event by as long as a request may take. A request that finds the file before its notification records the
 * arrival itself, and the job it requests must count as requested later, see `lastAskedFor`.
 * @param event with its id and the moment it occurred, ISO 8601
 */
export function reactionJobs(
  event: Trigger & { readonly id: string; readonly occurredAt: string },
  reactions: Reactions,
): ReactionJob[] {
  const time = Date.parse(event.occurredAt) - limits.gatewayTimeoutMs;
  return jobsAfter(event, reactions).map((task, index) => ({
    jobId: derivedId(`${event.id}/${index}`, time),
    task,
  }));
}
