import { Job } from '@nova/shared/api/jobs';
import { CliError } from '../errors.ts';
import type { Progress } from '../output/progress.ts';
import { ApiClient, pause } from './client.ts';

/** Milliseconds between two polls of a job: the first ones are close together, because many jobs are short. */
const firstPollMs = 100;
const longestPollMs = 700;
/** Milliseconds after which a job is no longer followed: longer than the longest job takes. */
const followMs = 6 * 3600 * 1000;
/** Milliseconds to wait for a cancellation. */
const cancelMs = 3000;

/** A job ended without a result. */
export class JobFailedError extends CliError {
  override readonly name = 'JobFailedError';
}

/**
 * Follows a job to its end. When the signal aborts, it cancels the job.
 * @throws JobFailedError with the reason
 */
export async function followJob(
  api: ApiClient,
  jobId: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  try {
    const until = Date.now() + followMs;
    for (let pollMs = firstPollMs; Date.now() < until; pollMs = Math.min(2 * pollMs, longestPollMs)) {
      const job = await api.call('GET', `/jobs/${jobId}`, Job);
      progress.update({ done: job.progress.percent, total: 100, doing: job.progress.stage });
      if (job.status === 'done') return;
      if (job.status === 'cancelled') throw new JobFailedError(`Job ${jobId} was cancelled.`);
      if (job.status === 'failed') throw jobFailure(job);
      await pause(pollMs, signal);
    }
  } catch (error) {
    if (signal.aborted) await cancelJob(api, jobId);
    throw error;
  }
  throw new CliError(`Job ${jobId} has not ended in six hours: look at it again later.`);
}

function jobFailure({ jobId, failure }: Job): JobFailedError {
  const retry = failure?.retriable ? ` A retry may succeed: POST /jobs/${jobId}/retry.` : '';
  return new JobFailedError(`${failure?.reason ?? 'The job failed.'}${retry}`);
}

/** The user no longer waits for the job. A failed cancellation is ignored: the command ends in any case. */
async function cancelJob({ access }: ApiClient, jobId: string): Promise<void> {
  const api = new ApiClient(access, AbortSignal.timeout(cancelMs));
  await api.send('DELETE', `/jobs/${jobId}`).catch(() => undefined);
}
