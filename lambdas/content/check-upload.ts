import type { EventMetadata, StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import {
  bytesOfKind,
  conversionOf,
  isTextual,
  isUnknownType,
  mediaTypes,
  registeredType,
  toMediaType,
} from '@nova/shared/media-types';
import { uploadKey } from '@nova/shared/objects';
import type { RejectionReason } from '@nova/shared/vocabulary';
import { currentState, execute } from '../commands/execute.ts';
import { readEncoded } from '../documents/encodings/read-encoded.ts';
import {
  type ContentState,
  content,
  type ExistingContent,
  receiveUpload,
  type Upload,
} from '../domain/content.ts';
import type { EventStore } from '../event-store/store.ts';
import { isHarmless, namedType } from './correct-type.ts';
import { type ContentObjects, type ObjectHead, unlessMissing } from './objects.ts';
import { type FoundType, signedType } from './signed-type.ts';
import { isCompound, isZip, officeType } from './zip-type.ts';

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
  const upload = head && (await unlessMissing(() => inspectUpload(objects, state, key, head)));
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
  const { bytes, etag } = head;
  const inZip = isZip(start) ? await officeType(objects, key, head) : undefined;
  const found = inZip
    ? { contentType: inZip }
    : await detectType(objects, key, { start, bytes }, claim.contentType);
  const type = found.contentType === undefined ? undefined : toMediaType(found.contentType);
  const claimed = toMediaType(claim.contentType);
  if (!type || (type !== claimed && !isHarmless(claim, claimed, type))) {
    const detail = found.contentType === undefined ? found.detail : nameOf(found.contentType);
    return reject('type-differs', `The file was registered as ${claim.contentType} and ${detail}`);
  }
  const taken = namedType(claim, type, isTextual(type) ? Buffer.from(start).toString('latin1') : '');
  const kind = mediaTypes[taken];
  // The registration of an unknown file could not know the limit of its kind.
  if (bytes > bytesOfKind[kind]) return tooLarge(bytes, bytesOfKind[kind]);
  const file = { kind, bytes, etag, objectKey: key };
  if (taken !== claimed) {
    const registered = { registeredType: claim.contentType };
    return { accepted: true, file: { ...file, contentType: taken, ...registered } };
  }
  const contentType = registeredType(claim.contentType) ?? taken;
  return { accepted: true, file: { ...file, contentType } };
}

/** The type of a file, with the conversion to make where it is a picture that is not accepted. */
function nameOf(type: string): string {
  const conversion = conversionOf(type);
  return conversion === undefined ? `is ${type}.` : `is ${type}, which is not accepted. ${conversion}`;
}

function reject(reason: RejectionReason, detail: string): Upload {
  return { accepted: false, reason, detail };
}

const tooLarge = (bytes: number, most: number): Upload =>
  reject('too-large', `The file has ${bytes} bytes; ${most} is the most allowed.`);

function checkSize(claim: ExistingContent, bytes: number): Upload | undefined {
  if (bytes === 0) return reject('empty', 'The file is empty.');
  const most = isUnknownType(claim.contentType) ? limits.uploadBytes : bytesOfKind[claim.kind];
  if (bytes > most) return tooLarge(bytes, most);
  if (bytes === claim.bytes) return undefined;
  return reject('size-differs', `The file has ${bytes} bytes; ${claim.bytes} were registered.`);
}

/**
 * The type of a file by its bytes. Text has no signature, so it is of the type it was registered as, in any encoding. Bytes in an encoding
 * that nothing names may be a signature instead. The first bytes may be too few to tell every encoding: the reader of the document sees all.
 * @param file its first bytes, and its size
 */
async function detectType(
  objects: ContentObjects,
  key: string,
  file: { readonly start: Uint8Array; readonly bytes: number },
  claimed: string,
): Promise<FoundType> {
  const { start } = file;
  const isCut = start.length < file.bytes;
  const claimedType = toMediaType(claimed);
  if (claimedType === 'message/rfc822' && isMessage(start)) return { contentType: claimed };
  const isText = claimedType !== undefined && isTextual(claimedType);
  const contentType = isText ? claimed : 'text/plain';
  const text = await readEncoded({ bytes: start, contentType, isCut });
  if (isText && text.text !== undefined && text.isCertain && !isMarked(start))
    return { contentType: claimed };
  if (isCompound(start)) return { detail: compound };
  const signed = await signedType(objects, key, file, claimed);
  if (signed) return signed;
  if (text.text !== undefined || (isCut && text.fault === 'unknown')) return { contentType };
  return { detail: isText ? text.detail : 'is of no known type.' };
}

const compound =
  'is a compound file: it is protected by a password, or in the format of Office before 2007 (.doc, .xls, .ppt). Remove the password, or save it as .docx, .xlsx or .pptx, and upload that.';

/** PDF and RTF files may hold nothing but letters: their first ones tell them (ISO 32000-1 §7.5.2; RTF specification 1.9.1). */
const isMarked = (start: Uint8Array) =>
  /^(?:%PDF-\d|\{\\rtf\d)/.test(Buffer.from(start.subarray(0, 8)).toString('latin1'));

/** Whether a file begins with the header of an e-mail message (RFC 5322 §2.2), or of a mailbox with one (RFC 4155). */
const isMessage = (start: Uint8Array) =>
  /^(?:From \S|[\x21-\x39\x3b-\x7e]{1,76}:[ \t])/.test(
    Buffer.from(start.subarray(0, 200)).toString('latin1'),
  );
