import type { StreamId } from '@nova/shared/events/index';
import { resultsOf, uploadKey } from '@nova/shared/objects';
import type { ContentObjects } from '../../content/objects.ts';

/** Deletes a content item's file and everything made of it. */
export async function eraseFiles(objects: ContentObjects, { tenant, id }: StreamId): Promise<void> {
  await objects.delete(uploadKey(tenant, id));
  await objects.deletePrefix(resultsOf(tenant, id));
}
