import { basename } from 'node:path';
import { Content } from '@nova/shared/api/content';
import { JobAccepted } from '@nova/shared/api/jobs';
import { Id } from '@nova/shared/ids';
import { ApiClient } from '../api/client.ts';
import { followJob } from '../api/follow-job.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { progress } from '../output/progress.ts';
import { uploadFile } from './upload-file.ts';

/** A job on a file, or on content that is already uploaded. */
export interface ContentJob {
  /** A file's path, or a content id. */
  readonly source: string;
  /** Media type of the file. */
  readonly type?: string | undefined;
  /** The API's path that starts the job: `/audio/transcribe`. */
  readonly path: string;
  /** The request's members besides the content id. */
  readonly request: object;
  /** Label of the progress bar. */
  readonly label: string;
}

/**
 * Uploads the source if it is a file, runs the job and returns the content with its result. Ctrl-C cancels the job.
 * @throws CliError for a file that cannot be uploaded, JobFailedError for a job that failed
 */
export async function runJob(
  dependencies: ApiDependencies,
  job: ContentJob,
): Promise<{ item: Content; api: ApiClient }> {
  const { access, terminal, interrupt } = dependencies;
  const signal = interrupt();
  const api = new ApiClient(access, signal);
  const contentId = Id.safeParse(job.source).data ?? (await uploadSource(dependencies, api, job, signal));
  const { jobId } = await api.call('POST', job.path, JobAccepted, { contentId, ...job.request });
  const bar = progress(terminal, job.label);
  try {
    await followJob(api, jobId, bar, signal);
  } catch (error) {
    if (signal.aborted) terminal.note(terminal.styledNote('dim', 'cancelled'));
    throw error;
  } finally {
    bar.end();
  }
  return { item: await api.call('GET', `/content/${contentId}`, Content), api };
}

/** @returns the content id; no other job starts on the content by itself */
async function uploadSource(
  { terminal, json }: ApiDependencies,
  api: ApiClient,
  { source, type }: ContentJob,
  signal: AbortSignal,
): Promise<string> {
  const bar = progress(terminal, basename(source));
  try {
    const { contentId } = await uploadFile(api, { path: source, type, react: false, progress: bar, signal });
    if (!json) terminal.note(terminal.styledNote('dim', `content ${contentId}`));
    return contentId;
  } finally {
    bar.end();
  }
}
