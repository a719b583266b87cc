import { contentStream, type DomainEvent } from '@nova/shared/events/index';
import { resultKey } from '@nova/shared/objects';
import { currentState } from '../commands/execute.ts';
import type { ContentObjects } from '../content/objects.ts';
import { attachResult, content } from '../domain/content.ts';
import { notFound } from '../domain/errors.ts';
import type { EventStore } from '../event-store/store.ts';
import type { Conclusion, WorkContext } from './job-run.ts';

/**
 * Stores a job's result in the content bucket, and attaches it to the item.
 * @param attached makes the event of the item's history
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
  await storeFor({ tenant, contentId }, { store, objects, objectKey, value: result });
  return (state) => attachResult(state, attached({ jobId, objectKey }));
}

interface StoreDependencies {
  readonly store: EventStore;
  readonly objects: ContentObjects;
  readonly objectKey: string;
  readonly value: object;
}

/**
 * Stores an object made from an item. A deletion erases the objects that exist when it is processed; if the item was deleted
 * before this object was written, the object is deleted here.
 * @throws DomainError `not-found` when the item is gone
 */
export async function storeFor(
  { tenant, contentId }: Pick<WorkContext, 'tenant' | 'contentId'>,
  { store, objects, objectKey, value }: StoreDependencies,
): Promise<void> {
  await objects.writeJson(objectKey, value);
  const item = await currentState(store, content, contentStream(tenant, contentId));
  if (item.status !== 'deleted') return;
  await objects.delete(objectKey);
  throw notFound('content', contentId);
}
