import { contentStream } from '@nova/shared/events/index';
import { currentState } from '../commands/execute.ts';
import { content } from '../domain/content.ts';
import { type DomainError, notFound } from '../domain/errors.ts';
import type { EventStore } from '../event-store/store.ts';

/**
 * The refusal of work on an item that is deleted, whatever error the work met: its file and results disappear while they are
 * read. Work that ends so is neither retried nor an error.
 * @returns undefined when the item is not deleted
 */
export async function refusalIfDeleted(
  store: EventStore,
  tenant: string,
  contentId: string,
): Promise<DomainError | undefined> {
  const state = await currentState(store, content, contentStream(tenant, contentId));
  return state.status === 'deleted' ? notFound('content', contentId) : undefined;
}
