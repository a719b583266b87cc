import { resultKey } from '@nova/shared/objects';
import { contentKinds } from '@nova/shared/vocabulary';
import { content, ready } from '../../domain/content.ts';
import type { ContentObjects } from '../content/objects.ts';
import { currentState } from '../events/execute.ts';
import type { EventStore } from '../events/store.ts';
import type { JobContext } from './run-job.ts';

/**
 * Keeps a job's result in the content bucket. The item may have been deleted while the job ran, and its files erased:
 * nothing is left behind for it then.
 * @returns key of the object
 * @throws DomainError `not-found` when the item is gone
 */
export async function saveResult(
  store: EventStore,
  objects: ContentObjects,
  { tenant, contentId, jobId }: Pick<JobContext, 'tenant' | 'contentId' | 'jobId'>,
  result: object,
): Promise<string> {
  const state = await currentState(store, content, { tenant, aggregate: 'content', id: contentId });
  ready(state, contentId, contentKinds, new Date());
  const key = resultKey(tenant, contentId, jobId);
  await objects.writeJson(key, result);
  return key;
}
