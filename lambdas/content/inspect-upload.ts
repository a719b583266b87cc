import { limits } from '@nova/shared/limits';
import { mediaTypes, toMediaType } from '@nova/shared/media-types';
import type { RejectionReason } from '@nova/shared/vocabulary';
import { fileTypeFromBuffer } from 'file-type';
import type { ExistingContent, Upload } from '../domain/content.ts';
import type { ContentObjects, ObjectHead } from './objects.ts';

/**
 * Looks at an uploaded file and says whether it is what was registered: its size, and its type by its first bytes.
 * @param key the object's key
 * @param head what S3 says of it
 */
export async function inspectUpload(
  objects: ContentObjects,
  claim: ExistingContent,
  key: string,
  head: ObjectHead,
): Promise<Upload> {
  const refused = refuseSize(claim, head.bytes);
  if (refused) return refused;
  const start = await objects.start(key, limits.sniffBytes);
  const contentType = await trueType(start, claim.contentType);
  const type = contentType && toMediaType(contentType);
  if (!type || type !== toMediaType(claim.contentType)) {
    return refuse(
      'type-differs',
      `The file was said to be ${claim.contentType} and ${found(claim, contentType)}`,
    );
  }
  const { bytes, etag } = head;
  return {
    accepted: true,
    file: { kind: mediaTypes[type], contentType: type, bytes, etag, objectKey: key },
  };
}

function found(claim: ExistingContent, contentType: string | undefined): string {
  if (contentType) return `is ${contentType}.`;
  return claim.kind === 'document' ? 'is not UTF-8 text; save it as UTF-8.' : 'is of no known type.';
}

function refuse(reason: RejectionReason, detail: string): Upload {
  return { accepted: false, reason, detail };
}

function refuseSize(claim: ExistingContent, bytes: number): Upload | undefined {
  if (bytes === 0) return refuse('empty', 'The file is empty.');
  const most = claim.kind === 'document' ? limits.documentBytes : limits.uploadBytes;
  if (bytes > most) return refuse('too-large', `The file has ${bytes} bytes; ${most} is the most allowed.`);
  if (bytes === claim.bytes) return undefined;
  return refuse('size-differs', `The file has ${bytes} bytes; ${claim.bytes} were announced.`);
}

/**
 * Type of a file by its bytes. Text has no signature, so text is what it was said to be; so is an MP4 file whose first
 * bytes do not tell whether there is a picture.
 */
async function trueType(start: Uint8Array, claimed: string): Promise<string | undefined> {
  if (claimed.startsWith('text/') && isText(start)) return claimed;
  const sniffed = (await fileTypeFromBuffer(start))?.mime;
  if (sniffed === 'video/mp4' && claimed === 'audio/mp4') return claimed;
  return sniffed ?? (isText(start) ? 'text/plain' : undefined);
}

/** UTF-8 without NUL. A character cut off at the end of the sample is no fault. */
function isText(start: Uint8Array): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true }).includes('\0');
  } catch {
    return false;
  }
}
