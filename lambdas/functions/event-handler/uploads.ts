import { contentStream } from '@nova/shared/events/index';
import { parseUploadKey } from '@nova/shared/objects';
import type { EventBridgeEvent, S3ObjectCreatedNotificationEvent } from 'aws-lambda';
import { checkUpload } from '../../content/check-upload.ts';
import type { ContentObjects } from '../../content/objects.ts';
import type { EventStore } from '../../event-store/store.ts';
import { follow, logger } from '../../runtime/instrumentation.ts';

export function isUpload(
  event: EventBridgeEvent<string, unknown>,
): event is S3ObjectCreatedNotificationEvent {
  return event.source === 'aws.s3' && event['detail-type'] === 'Object Created';
}

/**
 * Checks an uploaded file against its registration. An upload address stays valid for a while, also after the item was
 * deleted or its file rejected, and no event would erase a file that arrives then: it is deleted here.
 */
export async function receiveFile(
  store: EventStore,
  objects: ContentObjects,
  event: S3ObjectCreatedNotificationEvent,
): Promise<void> {
  const address = parseUploadKey(event.detail.object.key);
  if (!address) {
    logger.warn('An object that is no upload of ours was left alone');
    return;
  }
  const { tenant, contentId } = address;
  const correlationId = event.id;
  follow({ correlationId, tenant });
  const state = await checkUpload(store, objects, contentStream(tenant, contentId), {
    correlationId,
    causationId: event.id,
    actor: 'function:event-handler',
  });
  const kept = state.status === 'ready' || state.status === 'awaiting-upload';
  if (!kept) await objects.delete(event.detail.object.key);
}
