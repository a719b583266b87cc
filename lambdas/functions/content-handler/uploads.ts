import type { CompleteUploadRequest } from '@nova/shared/api/content';
import { contentStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import {
  acceptedTypes,
  bytesOfKind,
  charsetOf,
  mediaTypeOfName,
  mediaTypes,
  registeredType,
  toMediaType,
  unknownType,
} from '@nova/shared/media-types';

import { uploadKey } from '@nova/shared/objects';
import { apiStage } from '@nova/shared/routes';
import type { ContentKind } from '@nova/shared/vocabulary';
import { currentState, execute } from '../../commands/execute.ts';
import { decoderOf } from '../../documents/encodings/decoder.ts';
import { awaitedParts, type ContentState, content, existing } from '../../domain/content.ts';
import type { EventStore } from '../../event-store/store.ts';
import type { RouteHandlers } from '../../http/api.ts';
import { InvalidRequestError } from '../../http/problem.ts';
import type { JobQueue } from '../../jobs/queue/job-queue.ts';
import type { UploadAddresses } from './upload-addresses.ts';

/** Registers files and hands out addresses to upload them to. */
export function uploads(
  store: EventStore,
  addresses: UploadAddresses,
  queue: Pick<JobQueue, 'refuseWhenFull'>,
): RouteHandlers<'getMediaTypes' | 'createContent' | 'completeUpload'> {
  return {
    getMediaTypes: async () => ({
      mediaTypes: acceptedTypes.map(({ extensions, aliases, ...type }) => ({
        ...type,
        extensions: [...extensions],
        aliases: [...aliases],
      })),
    }),

    async createContent({ tenant, body, metadata, newId: contentId, retried }) {
      const { filename, contentType: claimed = unknownType, bytes, checksum, react } = body;
      const type = toMediaType(claimed) ?? unknownType;
      const kind = type === unknownType ? likelyKind(filename, bytes) : mediaTypes[type];
      refuseOversize(kind, bytes);
      refuseUnknownCharset(claimed);
      const inParts = bytes > limits.multipartFromBytes;
      if (inParts && checksum) throw noChecksum();
      // The arrival of the file starts jobs that cannot be refused then.
      if (react !== false && !retried) await queue.refuseWhenFull(tenant);
      const objectKey = uploadKey(tenant, contentId);
      const uploadExpiresAt = new Date(Date.now() + limits.uploadExpirySeconds * 1000).toISOString();
      const begun = inParts ? await addresses.begin(objectKey, type) : undefined;

      const stream = contentStream(tenant, contentId);
      const contentType = registeredType(claimed) ?? type;
      const registered = { filename, contentType, kind, bytes, objectKey, uploadExpiresAt };
      const asked = react === false ? { react } : {};
      const data = { ...registered, ...(begun ? { uploadId: begun } : {}), ...asked };
      const { state } = await execute(store, content, stream, metadata, (before: ContentState) =>
        before.status === 'none' ? [{ type: 'ContentRegistered', data }] : [],
      );
      // A repeated request continues with the upload of its first attempt.
      const { uploadId, uploadExpiresAt: expiresAt } = existing(state, contentId);
      if (!uploadId) {
        const put = await addresses.single(objectKey, { type, bytes, sha256: checksum?.sha256 });
        return { contentId, upload: { method: 'PUT', ...put, expiresAt } };
      }
      return {
        contentId,
        upload: {
          method: 'MULTIPART',
          partBytes: limits.uploadPartBytes,
          parts: await addresses.parts(objectKey, uploadId, bytes),
          complete: `/${apiStage}/content/${contentId}/upload`,
          expiresAt,
        },
      };
    },

    async completeUpload({ tenant, id, body }) {
      const stream = contentStream(tenant, id);
      const item = awaitedParts(await currentState(store, content, stream), id, new Date());
      // Putting together what has arrived and was looked at changes nothing.
      if (item.status === 'awaiting-upload') {
        refuseGaps(item.bytes, body.parts);
        try {
          await addresses.complete(item.objectKey, item.uploadId, body.parts);
        } catch (error) {
          // Another call may have put the parts together, and the check of the file refused and erased it meanwhile.
          const now = existing(await currentState(store, content, stream), id);
          if (now.status === 'awaiting-upload') throw error;
        }
      }
      return undefined;
    },
  };
}

/** The kind of a file that is registered without a type, until its bytes tell it. */
function likelyKind(filename: string, bytes: number): ContentKind {
  const named = mediaTypeOfName(filename);
  const kind = named ? mediaTypes[named] : 'document';
  return bytes > bytesOfKind[kind] ? 'video' : kind;
}

function refuseOversize(kind: ContentKind, bytes: number): void {
  if (bytes <= bytesOfKind[kind]) return;
  const message = `a file of kind ${kind} may have at most ${bytesOfKind[kind]} bytes`;
  throw new InvalidRequestError([{ field: 'bytes', message }]);
}

function refuseUnknownCharset(contentType: string): void {
  const charset = charsetOf(contentType);
  if (charset === undefined || decoderOf(charset)) return;
  const message = `has an unknown charset, ${charset}; use a name of the WHATWG Encoding Standard, such as shift_jis, or leave it out`;
  throw new InvalidRequestError([{ field: 'contentType', message }]);
}

/** S3 would join only the listed parts, and the file could not be repaired. */
function refuseGaps(bytes: number, parts: CompleteUploadRequest['parts']): void {
  const listed = new Set(parts.map(({ partNumber }) => partNumber));
  const count = Math.ceil(bytes / limits.uploadPartBytes);
  const missing = Array.from({ length: count }, (_, place) => place + 1).filter((part) => !listed.has(part));
  if (missing.length === 0) return;
  const message = `lacks part ${missing.join(', ')} of ${count}; name every part with its etag`;
  throw new InvalidRequestError([{ field: 'parts', message }]);
}

function noChecksum(): InvalidRequestError {
  const message = `is for files of at most ${limits.multipartFromBytes} bytes; leave it out, and compare the ETag of each part with its MD5`;
  return new InvalidRequestError([{ field: 'checksum', message }]);
}
