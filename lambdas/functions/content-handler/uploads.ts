import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { limits } from '@nova/shared/limits';
import { type MediaType, mediaTypes, toMediaType } from '@nova/shared/media-types';
import { uploadKey } from '@nova/shared/objects';
import { type ContentState, content } from '../../domain/content.ts';
import { execute } from '../../platform/events/execute.ts';
import type { EventStore } from '../../platform/events/store.ts';
import type { RouteHandlers } from '../../platform/http/api.ts';
import { InvalidRequestError } from '../../platform/http/problem.ts';

/** Registers files and hands out addresses to upload them to. */
export function uploads(store: EventStore, s3: S3Client, bucket: string): RouteHandlers<'createContent'> {
  return {
    async createContent({ tenant, body, metadata, newId: contentId }) {
      const type = toMediaType(body.contentType) as MediaType;
      const kind = mediaTypes[type];
      refuseOversize(kind, body.bytes);
      const objectKey = uploadKey(tenant, contentId);
      const expiresAt = new Date(Date.now() + limits.uploadExpirySeconds * 1000).toISOString();
      const headers = { 'content-type': type, 'if-none-match': '*' };
      const url = await presignPut(s3, bucket, objectKey, type);

      const stream = { tenant, aggregate: 'content', id: contentId } as const;
      const { filename, bytes } = body;
      const data = { filename, contentType: type, kind, bytes, objectKey, uploadExpiresAt: expiresAt };
      await execute(store, content, stream, metadata, (state: ContentState) =>
        state.status === 'none' ? [{ type: 'ContentRegistered', data }] : [],
      );
      return { contentId, upload: { method: 'PUT', url, headers, expiresAt } };
    },
  };
}

function refuseOversize(kind: string, bytes: number): void {
  if (kind !== 'document' || bytes <= limits.documentBytes) return;
  const message = `a document may have at most ${limits.documentBytes} bytes`;
  throw new InvalidRequestError([{ field: 'bytes', message }]);
}

/**
 * The address takes one file, once: a second PUT would change what was already looked at, so `If-None-Match: *` is part
 * of the signature and S3 refuses it (412).
 */
function presignPut(s3: S3Client, bucket: string, key: string, type: MediaType): Promise<string> {
  const command = new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: type, IfNoneMatch: '*' });
  return getSignedUrl(s3, command, {
    expiresIn: limits.uploadExpirySeconds,
    signableHeaders: new Set(['content-type', 'if-none-match', 'host']),
    unhoistableHeaders: new Set(['if-none-match']),
  });
}
