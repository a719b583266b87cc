import { contentStream, type DomainEvent } from '@nova/shared/events/index';
import { resultKey } from '@nova/shared/objects';
import { currentState } from '../commands/execute.ts';
import type { ContentObjects } from '../content/objects.ts';
import { attachResult, content } from '../domain/content.ts';
import { notFound } from '../domain/errors.ts';
import type { EventStore } from '../event-store/store.ts';
import type { Conclusion, WorkContext } from './job-run.ts';

/**
 * Keeps a job's result in the content bucket, and attaches it to the item.
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
  await keepFor({ tenant, contentId }, { store, objects, objectKey, value: result });
  return (state) => attachResult(state, attached({ jobId, objectKey }));
}

/** What is kept, where. */
interface Keeping {
  readonly store: EventStore;
  readonly objects: ContentObjects;
  readonly objectKey: string;
  readonly value: object;
}

/**
 * Keeps what was made of an item. A deletion erases what is there when it is noticed; an item deleted before this was
 * written is seen here, and nothing is left behind for it.
 * @throws DomainError `not-found` when the item is gone
 */
export async function keepFor(
  { tenant, contentId }: Pick<WorkContext, 'tenant' | 'contentId'>,
  { store, objects, objectKey, value }: Keeping,
): Promise<void> {
  await objects.writeJson(objectKey, value);
  const item = await currentState(store, content, contentStream(tenant, contentId));
  if (item.status !== 'deleted') return;
  await objects.delete(objectKey);
  throw notFound('content', contentId);
}
