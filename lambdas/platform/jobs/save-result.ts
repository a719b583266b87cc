import type { DomainEvent } from '@nova/shared/events/index';
import { resultKey } from '@nova/shared/objects';
import { attachResult, content } from '../../domain/content.ts';
import { notFound } from '../../domain/errors.ts';
import type { ContentObjects } from '../content/objects.ts';
import { currentState } from '../events/execute.ts';
import type { EventStore } from '../events/store.ts';
import type { Conclusion, WorkContext } from './job-run.ts';

/**
 * Keeps a job's result in the content bucket, and attaches it to the item. A deletion erases what is there when it is
 * noticed; an item deleted before the result was written is seen here, and nothing is left behind for it.
 * @param attached what the item's history says of the result
 * @throws DomainError `not-found` when the item is gone
 */
export async function saveResult(
  store: EventStore,
  objects: ContentObjects,
  { tenant, contentId, jobId }: Pick<WorkContext, 'tenant' | 'contentId' | 'jobId'>,
  result: object,
  attached: (saved: {
    readonly jobId: string;
    readonly objectKey: string;
  }) => DomainEvent<'TranscriptAttached' | 'AnalysisAttached'>,
): Promise<Conclusion> {
  const objectKey = resultKey(tenant, contentId, jobId);
  await objects.writeJson(objectKey, result);
  const item = await currentState(store, content, { tenant, aggregate: 'content', id: contentId });
  if (item.status === 'deleted') {
    await objects.delete(objectKey);
    throw notFound('content', contentId);
  }
  return (state) => attachResult(state, attached({ jobId, objectKey }));
}
