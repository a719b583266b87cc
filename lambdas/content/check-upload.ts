import type { EventMetadata, StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { mediaTypes, toMediaType } from '@nova/shared/media-types';
import { uploadKey } from '@nova/shared/objects';
import type { RejectionReason } from '@nova/shared/vocabulary';
import { fileTypeFromBuffer } from 'file-type';
import { currentState, execute } from '../commands/execute.ts';
import {
  type ContentState,
  content,
  type ExistingContent,
  receiveUpload,
  type Upload,
} from '../domain/content.ts';
import type { EventStore } from '../event-store/store.ts';
import type { ContentObjects, ObjectHead } from './objects.ts';

/**
 * The state of a content item, after a check whether its file has arrived. S3's notification leads here, and so does a
 * command that comes before it. A second check records nothing. Checks run at the same time: another one may have refused and
 * erased the file since this one loaded the item, so a missing file is no answer before the item is loaded once more.
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
  const upload = head && (await inspectUpload(objects, state, key, head));
  if (!upload) return currentState(store, content, stream);
  const done = await execute(store, content, stream, metadata, (now) => receiveUpload(now, upload));
  return done.state;
}

/**
 * Checks an uploaded file against its registration: its size, and its type by its first bytes.
 * @param key the object's key
 * @param head the object's size and ETag from S3
 * @returns undefined when the object is gone
 */
export async function inspectUpload(
  objects: ContentObjects,
  claim: ExistingContent,
  key: string,
  head: ObjectHead,
): Promise<Upload | undefined> {
  const rejected = checkSize(claim, head.bytes);
  if (rejected) return rejected;
  const start = await objects.start(key, limits.sniffBytes);
  if (!start) return undefined;
  const contentType = await detectType(start, claim.contentType);
  const type = contentType && toMediaType(contentType);
  if (!type || type !== toMediaType(claim.contentType)) {
    return reject(
      'type-differs',
      `The file was registered as ${claim.contentType} and ${foundType(claim, contentType)}`,
    );
  }
  const { bytes, etag } = head;
  return {
    accepted: true,
    file: { kind: mediaTypes[type], contentType: type, bytes, etag, objectKey: key },
  };
}

function foundType(claim: ExistingContent, contentType: string | undefined): string {
  if (contentType) return `is ${contentType}.`;
  return claim.kind === 'document'
    ? 'is not UTF-8 text; save it as UTF-8 and upload it again.'
    : 'is of no known type.';
}

function reject(reason: RejectionReason, detail: string): Upload {
  return { accepted: false, reason, detail };
}

function checkSize(claim: ExistingContent, bytes: number): Upload | undefined {
  if (bytes === 0) return reject('empty', 'The file is empty.');
  const most = claim.kind === 'document' ? limits.documentBytes : limits.uploadBytes;
  if (bytes > most) return reject('too-large', `The file has ${bytes} bytes; ${most} is the most allowed.`);
  if (bytes === claim.bytes) return undefined;
  return reject('size-differs', `The file has ${bytes} bytes; ${claim.bytes} were registered.`);
}

/**
 * The type of a file by its bytes. Text has no signature, so it is of the type it was registered as; so is an MP4 file, whose
 * first bytes do not show whether it has a video track.
 */
async function detectType(start: Uint8Array, claimed: string): Promise<string | undefined> {
  if (claimed.startsWith('text/') && isText(start)) return claimed;
  const sniffed = (await fileTypeFromBuffer(start))?.mime;
  if (sniffed === 'video/mp4' && claimed === 'audio/mp4') return claimed;
  return sniffed ?? (isText(start) ? 'text/plain' : undefined);
}

/** UTF-8 without NUL. A character may be cut off at the end of the sample. */
function isText(start: Uint8Array): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true }).includes('\0');
  } catch {
    return false;
  }
}
