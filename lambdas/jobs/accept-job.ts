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
import type { JobQueue } from './queue/job-queue.ts';
import { slotOf } from './queue/slot.ts';
import { requestJob } from './request-job.ts';

/** Decides whether a key may start jobs. */
export interface JobAdmission {
  readonly store: EventStore;
  readonly checkBudget: BudgetCheck;
  readonly queue: JobQueue;
}

export interface AcceptDependencies extends JobAdmission {
  /**
   * To check whether the file has arrived; undefined for a caller without access to the bucket, which checks the recorded
   * events alone.
   */
  readonly objects: ContentObjects | undefined;
}

export type JobCaller = Pick<ApiRequest, 'tenant' | 'metadata' | 'newId' | 'retried'>;

/**
 * Requests a job on a content item, and returns its id and the path of its status.
 * @param kinds kinds of content that the job accepts
 * @throws DomainError `not-found`, `upload-missing`, `content-rejected`, `unsupported-media`, `budget-exhausted`,
 * `too-many-jobs`
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
  const jobId = await admitJobs(dependencies, caller, [newId], () =>
    requestJob(store, tenant, wanted, metadata, newId),
  );
  return { jobId, status: 'queued', href: `/${apiStage}/jobs/${jobId}` };
}

/**
 * Records jobs that a caller requests, when the budget and the bounds of the key allow it. An attempt of a request that recorded
 * jobs before it died was not refused, so a later attempt is not refused for them.
 * @param record requests the jobs with these ids
 * @throws DomainError `budget-exhausted`, `too-many-jobs`
 */
export async function admitJobs<T>(
  { store, checkBudget, queue }: JobAdmission,
  { tenant, retried }: Pick<JobCaller, 'tenant' | 'retried'>,
  jobIds: readonly string[],
  record: () => Promise<T>,
): Promise<T> {
  const states = retried ? jobIds.map((id) => currentState(store, job, jobStream(tenant, id))) : [];
  const recorded = (await Promise.all(states)).map(({ status }) => status !== 'none');
  const missing = jobIds.filter((_, place) => !recorded[place]);
  if (missing.length === 0) return record();
  await checkBudget(tenant);
  const slots = missing.map((id) => slotOf(id, 1));
  return queue.admit(tenant, slots, record);
}
