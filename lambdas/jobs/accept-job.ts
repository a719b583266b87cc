import type { JobAccepted } from '@nova/shared/api/jobs';
import { contentStream, type DomainEvent, jobStream } from '@nova/shared/events/index';
import { apiStage } from '@nova/shared/routes';
import type { ContentKind } from '@nova/shared/vocabulary';
import { currentState } from '../commands/execute.ts';
import { checkUpload } from '../content/check-upload.ts';
import type { ContentObjects } from '../content/objects.ts';
import { content, ready } from '../domain/content.ts';
import { job } from '../domain/job.ts';
import type { EventStore } from '../event-store/store.ts';
import type { ApiRequest } from '../http/request.ts';
import type { BudgetCheck } from '../usage/budget-check.ts';
import { requestJob } from './request-job.ts';

export interface AcceptDependencies {
  readonly store: EventStore;
  /**
   * To check whether the file has arrived; undefined for a caller without access to the bucket, which checks the recorded
   * events alone.
   */
  readonly objects: ContentObjects | undefined;
  readonly checkBudget: BudgetCheck;
}

export type JobCaller = Pick<ApiRequest, 'tenant' | 'metadata' | 'newId' | 'retried'>;

/**
 * Requests a job on a content item, and returns its id and the path of its status.
 * @param kinds kinds of content that the job accepts
 * @throws DomainError `not-found`, `upload-missing`, `content-rejected`, `unsupported-media`, `budget-exhausted`
 */
export async function acceptJob(
  dependencies: AcceptDependencies,
  caller: JobCaller,
  wanted: DomainEvent<'JobRequested'>['data'],
  kinds: readonly ContentKind[],
): Promise<JobAccepted> {
  const { store, objects } = dependencies;
  const { tenant, metadata, newId } = caller;
  const { contentId } = wanted;
  const stream = contentStream(tenant, contentId);
  const state = objects
    ? await checkUpload(store, objects, stream, metadata)
    : await currentState(store, content, stream);
  ready(state, contentId, kinds, new Date());
  await refuseJobs(dependencies, caller, [newId]);
  const jobId = await requestJob(store, tenant, wanted, metadata, newId);
  return { jobId, status: 'queued', href: `/${apiStage}/jobs/${jobId}` };
}

/**
 * Checks whether a key may request jobs. An attempt of a request that recorded its job before it died was not refused, so a
 * later attempt is not either.
 * @throws DomainError `budget-exhausted`
 */
export async function refuseJobs(
  { store, checkBudget }: Pick<AcceptDependencies, 'store' | 'checkBudget'>,
  { tenant, retried }: Pick<JobCaller, 'tenant' | 'retried'>,
  jobIds: readonly string[],
): Promise<void> {
  if (retried) {
    const states = await Promise.all(jobIds.map((id) => currentState(store, job, jobStream(tenant, id))));
    if (states.every(({ status }) => status !== 'none')) return;
  }
  await checkBudget(tenant);
}
