import type { JobAccepted } from '@nova/shared/api/jobs';
import { contentStream, type DomainEvent } from '@nova/shared/events/index';
import { apiStage } from '@nova/shared/routes';
import type { ContentKind } from '@nova/shared/vocabulary';
import { currentState } from '../commands/execute.ts';
import { checkUpload } from '../content/check-upload.ts';
import type { ContentObjects } from '../content/objects.ts';
import { content, ready } from '../domain/content.ts';
import type { EventStore } from '../event-store/store.ts';
import type { ApiRequest } from '../http/request.ts';
import { requestJob } from './request-job.ts';

/**
 * Requests a job on a content item, and returns its id and the path of its status.
 * @param objects to check whether the file has arrived; undefined for a caller without access to the bucket, which
 * checks the recorded events alone
 * @param kinds kinds of content that the job accepts
 * @throws DomainError `not-found`, `upload-missing`, `content-rejected`, `unsupported-media`
 */
export async function acceptJob(
  store: EventStore,
  objects: ContentObjects | undefined,
  request: Pick<ApiRequest, 'tenant' | 'metadata' | 'newId'>,
  wanted: DomainEvent<'JobRequested'>['data'],
  kinds: readonly ContentKind[],
): Promise<JobAccepted> {
  const { contentId } = wanted;
  const stream = contentStream(request.tenant, contentId);
  const state = objects
    ? await checkUpload(store, objects, stream, request.metadata)
    : await currentState(store, content, stream);
  ready(state, contentId, kinds, new Date());
  const { tenant, metadata, newId } = request;
  const jobId = await requestJob(store, tenant, wanted, metadata, newId);
  return { jobId, status: 'queued', href: `/${apiStage}/jobs/${jobId}` };
}
