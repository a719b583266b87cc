import { Job, JobAccepted, JobPage } from '@nova/shared/api/jobs';
import { ApiClient } from '../api/client.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { writeJson } from '../json.ts';
import type { Column } from '../output/table.ts';
import { ago } from '../output/text.ts';
import { forEachId } from './each.ts';
import { listPath, type RangeOptions, writePage } from './page.ts';
import { styleOf } from './processing.ts';

const columns: readonly Column<Job>[] = [
  { title: 'JOB', text: ({ jobId }) => jobId },
  { title: 'KIND', text: ({ kind }) => kind },
  { title: 'STATUS', text: ({ status }) => status, style: ({ status }) => styleOf(status) },
  { title: 'DONE', text: ({ progress }) => `${progress.percent} %`, align: 'right' },
  { title: 'CREATED', text: ({ createdAt }) => ago(createdAt), style: 'dim' },
  { title: 'CONTENT', text: ({ contentId }) => contentId, style: 'dim' },
  { title: 'REASON', text: ({ failure }) => failure?.reason ?? '', style: 'red' },
];

/** `nova jobs list`: a page of jobs. */
export async function listJobs(
  dependencies: ApiDependencies,
  options: RangeOptions & { readonly kind?: string; readonly status?: string; readonly content?: string },
): Promise<number> {
  const api = new ApiClient(dependencies.access, dependencies.interrupt());
  const { kind, status, content: contentId } = options;
  const page = await api.call('GET', listPath('/jobs', options, { kind, status, contentId }), JobPage);
  writePage(dependencies, ['job', 'jobs'], columns, page);
  return exitCodes.ok;
}

/** `nova jobs show`: one job. */
export async function showJob(dependencies: ApiDependencies, _: object, id: string): Promise<number> {
  const { access, terminal, json, interrupt } = dependencies;
  const job = await new ApiClient(access, interrupt()).call('GET', `/jobs/${encodeURIComponent(id)}`, Job);
  if (json) writeJson(terminal, job);
  else writePage(dependencies, ['job', 'jobs'], columns, { items: [job] });
  return exitCodes.ok;
}

/** `nova jobs cancel`: cancels jobs that have not ended. */
export const cancelJobs = (
  dependencies: ApiDependencies,
  _: object,
  ids: readonly string[],
): Promise<number> =>
  forEachId(dependencies, ids, 'cancelled', (api, id) => api.send('DELETE', `/jobs/${id}`));

/** `nova jobs retry`: requests failed jobs again. */
export const retryJobs = (
  dependencies: ApiDependencies,
  _: object,
  ids: readonly string[],
): Promise<number> =>
  forEachId(dependencies, ids, 'queued', (api, id) => api.call('POST', `/jobs/${id}/retry`, JobAccepted));
