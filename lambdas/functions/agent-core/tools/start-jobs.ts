import type { JobAccepted } from '@nova/shared/api/jobs';
import { limits } from '@nova/shared/limits';
import { DomainError } from '../../../domain/errors.ts';
import type { Material } from './untrusted-output.ts';

/** Starts jobs, one a content item and kind however often the model asks in a turn, and not many. */
export type StartJob = (
  kind: string,
  contentId: string,
  start: () => Promise<JobAccepted>,
) => Promise<{ readonly jobId: string; readonly status: string }>;

/**
 * The jobs one turn starts.
 * @throws (when called) DomainError `conflict` when the user did not ask for it, or there are too many
 */
export function startedJobs(material: Material): StartJob {
  const started = new Map<string, Promise<JobAccepted>>();
  return async (kind, contentId, start) => {
    material.refuseUnnamed(contentId);
    const key = `${kind} ${contentId}`;
    if (!started.has(key) && started.size >= limits.agentJobs) {
      throw new DomainError('conflict', `Not started: one turn starts ${limits.agentJobs} jobs at most.`);
    }
    const job = started.get(key) ?? start();
    started.set(key, job);
    try {
      const { jobId, status } = await job;
      return { jobId, status };
    } catch (error) {
      started.delete(key);
      throw error;
    }
  };
}
