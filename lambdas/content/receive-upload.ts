import type { EventMetadata, StreamId } from '@nova/shared/events/index';
import { uploadKey } from '@nova/shared/objects';
import { currentState, execute } from '../commands/execute.ts';
import { type ContentState, content, receiveUpload } from '../domain/content.ts';
import type { EventStore } from '../event-store/store.ts';
import { inspectUpload } from './inspect-upload.ts';
import type { ContentObjects } from './objects.ts';

/**
 * State of a content item after looking whether its file has arrived. S3's notification leads here, and so does a
 * command that comes before the notification. Looking twice records once.
 */
export async function checkUpload(
  store: EventStore,
  objects: ContentObjects,
  stream: StreamId & { aggregate: 'content' },
  metadata: EventMetadata,
): Promise<ContentState> {
  const state = await currentState(store, content, stream);
  if (state.status !== 'awaiting-upload') return state;
  const key = uploadKey(stream.tenant, stream.id);
  const head = await objects.head(key);
  if (!head) return state;
  const upload = await inspectUpload(objects, state, key, head);
  const done = await execute(store, content, stream, metadata, (now) => receiveUpload(now, upload));
  return done.state;
}
