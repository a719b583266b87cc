import { setTimeout as sleep } from 'node:timers/promises';
import { Job } from '@nova/shared/api/jobs';
import { CliError } from '../errors.ts';
import type { Progress } from '../output/progress.ts';
import { ApiClient } from './client.ts';

/** Milliseconds between two looks at a job. */
const lookMs = 700;
/** Milliseconds that a job is followed: longer than the longest takes. */
const followMs = 6 * 3600 * 1000;

/** A job ended without a result. */
export class JobFailedError extends CliError {
  override readonly name = 'JobFailedError';
}

/**
 * Follows a job to its end. Ended by its signal, it cancels the job.
 * @throws JobFailedError with the reason
 */
export async function followJob(
  api: ApiClient,
  jobId: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (const until = Date.now() + followMs; Date.now() < until; ) {
      const job = await api.call('GET', `/jobs/${jobId}`, Job);
      progress.update({ done: job.progress.percent, total: 100, doing: job.progress.stage });
      if (job.status === 'done') return;
      if (job.status === 'cancelled') throw new JobFailedError(`Job ${jobId} was cancelled.`);
      if (job.status === 'failed') throw failed(job);
      await sleep(lookMs, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) await cancelled(api, jobId);
    throw error;
  }
  throw new CliError(`Job ${jobId} has not ended in six hours; look again later.`);
}

function failed({ jobId, failure }: Job): JobFailedError {
  const again = failure?.retriable ? ` Another try may do better: POST /jobs/${jobId}/retry.` : '';
  return new JobFailedError(`${failure?.reason ?? 'The job failed.'}${again}`);
}

/** Whoever waits is gone: the work need not go on. That it cannot be told is no reason to fail otherwise. */
async function cancelled({ access }: ApiClient, jobId: string): Promise<void> {
  const soon = new ApiClient(access, AbortSignal.timeout(3000));
  await soon.tell('DELETE', `/jobs/${jobId}`).catch(() => undefined);
}
