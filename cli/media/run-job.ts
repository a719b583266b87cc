import { basename } from 'node:path';
import { Content } from '@nova/shared/api/content';
import { JobAccepted } from '@nova/shared/api/jobs';
import { Id } from '@nova/shared/ids';
import { ApiClient } from '../api/client.ts';
import { followJob } from '../api/follow-job.ts';
import type { Talk } from '../dependencies.ts';
import { progress } from '../output/progress.ts';
import { uploadFile } from './upload-file.ts';

/** Work on a file or on content that is there already. */
export interface Work {
  /** A file's path, or a content id. */
  readonly what: string;
  readonly type?: string | undefined;
  /** Where the work is asked for: `/audio/transcribe`. */
  readonly path: string;
  /** What is asked, beside the content's id. */
  readonly request: object;
  /** What the bar says while it is done. */
  readonly label: string;
}

/**
 * Uploads the file where it is one, has the work done, and gives the content as it is then. Ctrl-C cancels the job.
 * @throws CliError for a file that cannot be uploaded, and for work that failed
 */
export async function worked(talk: Talk, work: Work): Promise<{ item: Content; api: ApiClient }> {
  const signal = talk.interrupt();
  const api = new ApiClient(talk.access, signal);
  const contentId = Id.safeParse(work.what).data ?? (await uploaded(talk, api, work, signal));
  const { jobId } = await api.call('POST', work.path, JobAccepted, { contentId, ...work.request });
  const bar = progress(talk.terminal, work.label);
  try {
    await followJob(api, jobId, bar, signal);
  } catch (error) {
    if (signal.aborted) talk.terminal.note(talk.terminal.styledNote('dim', 'cancelled'));
    throw error;
  } finally {
    bar.end();
  }
  return { item: await api.call('GET', `/content/${contentId}`, Content), api };
}

async function uploaded(
  talk: Talk,
  api: ApiClient,
  { what, type }: Work,
  signal: AbortSignal,
): Promise<string> {
  const bar = progress(talk.terminal, basename(what));
  try {
    const { contentId } = await uploadFile(api, { path: what, type, react: false, progress: bar, signal });
    if (!talk.json) talk.terminal.note(talk.terminal.styledNote('dim', `content ${contentId}`));
    return contentId;
  } finally {
    bar.end();
  }
}
