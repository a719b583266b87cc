import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Content, ContentSummary } from '@nova/shared/api/content';
import { Analysis, Transcript } from '@nova/shared/api/media';
import { contentStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import type * as z from 'zod';
import { execute } from '../../commands/execute.ts';
import type { ContentObjects } from '../../content/objects.ts';
import { content, deleteContent } from '../../domain/content.ts';
import { DomainError } from '../../domain/errors.ts';
import type { ContentRow, LiveContentRow } from '../../domain/projections/content.ts';
import { isLive, type RowPartition } from '../../domain/projections/projection.ts';
import type { EventStore } from '../../event-store/store.ts';
import type { RouteHandlers } from '../../http/api.ts';
import { existingRow } from '../../read-model/caught-up.ts';
import type { ReadModel } from '../../read-model/rows.ts';
import { subtitles } from './subtitles.ts';

/** Reads of one page at most, to fill a page past rows of deleted items. The page is shorter when that is not enough. */
const readsPerPage = 5;

/** The catalogue: list, get, delete. */
export function catalogue(
  store: EventStore,
  rows: ReadModel,
  objects: ContentObjects,
  s3: S3Client,
): RouteHandlers<'listContent' | 'getContent' | 'getTranscript' | 'deleteContent'> {
  return {
    async listContent({ tenant, query }) {
      const partition: RowPartition = { tenant, collection: 'content' };
      const items: ContentSummary[] = [];
      let cursor = query.cursor;
      for (let reads = 0; reads < readsPerPage && items.length < query.limit; reads++) {
        const limit = query.limit - items.length;
        const page = await rows.page<ContentRow>(partition, { limit, cursor, order: 'descending' });
        items.push(...page.rows.filter(isLive).map((row) => summary(row)));
        cursor = page.nextCursor;
        if (!cursor) break;
      }
      return cursor ? { items, nextCursor: cursor } : { items };
    },

    async getContent({ tenant, id }) {
      const row = await existingRow<ContentRow>(rows, store, contentStream(tenant, id));
      return details(row, objects, s3);
    },

    async getTranscript({ tenant, id, query: { format } }) {
      const row = await existingRow<ContentRow>(rows, store, contentStream(tenant, id));
      const transcript = await result(objects, row.transcriptKey, Transcript);
      if (!transcript) throw noTranscript(id);
      return format === 'json' ? transcript : subtitles(transcript, format);
    },

    async deleteContent({ tenant, id, metadata }) {
      const stream = contentStream(tenant, id);
      await execute(store, content, stream, metadata, (state) => deleteContent(state, id));
      return undefined;
    },
  };
}

const noTranscript = (id: string) =>
  new DomainError('not-found', `There is no transcript of ${id} yet; start one with POST /audio/transcribe.`);

function summary(row: LiveContentRow, now = new Date()): ContentSummary {
  const {
    contentId,
    filename,
    contentType,
    kind,
    bytes,
    createdAt,
    uploadedAt,
    rejection,
    indexed,
    document,
  } = row;
  const expired = row.status === 'awaiting-upload' && Date.parse(row.uploadExpiresAt) <= now.getTime();
  return {
    contentId,
    filename,
    contentType,
    kind,
    bytes,
    status: expired ? 'upload-expired' : row.status,
    createdAt,
    indexed,
    ...(uploadedAt ? { uploadedAt } : {}),
    ...(rejection ? { rejection } : {}),
    ...(document ? { document } : {}),
  };
}

async function details(row: LiveContentRow, objects: ContentObjects, s3: S3Client): Promise<Content> {
  const [download, transcript, analysis] = await Promise.all([
    row.status === 'ready' ? presignGet(s3, objects.bucket, row) : undefined,
    result(objects, row.transcriptKey, Transcript),
    result(objects, row.analysisKey, Analysis),
  ]);
  return {
    ...summary(row),
    ...(download ? { download } : {}),
    ...(transcript ? { transcript } : {}),
    ...(analysis ? { analysis } : {}),
  };
}

/** A job's result from the bucket; undefined when there is none, or no longer. */
async function result<S extends z.ZodType>(
  objects: ContentObjects,
  key: string | undefined,
  schema: S,
): Promise<z.output<S> | undefined> {
  const found = key === undefined ? undefined : await objects.readJson(key);
  return found === undefined ? undefined : schema.parse(found);
}

async function presignGet(s3: S3Client, bucket: string, row: LiveContentRow): Promise<Content['download']> {
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: row.objectKey,
    ResponseContentType: row.contentType,
    ResponseContentDisposition: `attachment; filename*=UTF-8''${encodeURIComponent(row.filename)}`,
  });
  const expiresIn = limits.downloadExpirySeconds;
  const url = await getSignedUrl(s3, command, { expiresIn });
  return { url, expiresAt: new Date(Date.now() + expiresIn * 1000).toISOString() };
}
