import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Content, ContentSummary, ListContentQuery, Processing } from '@nova/shared/api/content';
import { Analysis, Transcript } from '@nova/shared/api/media';
import { contentStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import type * as z from 'zod';
import { execute } from '../../commands/execute.ts';
import type { ContentObjects } from '../../content/objects.ts';
import { content, deleteContent } from '../../domain/content.ts';
import { DomainError } from '../../domain/errors.ts';
import type { ContentRow, LiveContentRow } from '../../domain/projections/content.ts';
import { isLive } from '../../domain/projections/projection.ts';
import type { EventStore } from '../../event-store/store.ts';
import type { RouteHandlers } from '../../http/api.ts';
import { existingRow } from '../../read-model/caught-up.ts';
import type { ReadModel } from '../../read-model/rows.ts';
import { idsCreated } from './created.ts';
import type { ProcessingOf } from './processing.ts';
import { subtitles } from './subtitles.ts';

/** The catalogue: list, get, delete. */
export function catalogue(
  store: EventStore,
  rows: ReadModel,
  objects: ContentObjects,
  s3: S3Client,
  processingOf: ProcessingOf,
): RouteHandlers<'listContent' | 'getContent' | 'getTranscript' | 'deleteContent'> {
  return {
    async listContent({ tenant, query }) {
      const { limit, cursor, ...wanted } = query;
      const options = {
        limit,
        cursor,
        order: 'descending',
        where: matches(wanted),
        ...idsCreated(query),
      } as const;
      const page = await rows.page<ContentRow>({ tenant, collection: 'content' }, options);
      const items = page.rows.filter(isLive);
      const processing = await processingOf(tenant, items);
      const next = page.nextCursor ? { nextCursor: page.nextCursor } : {};
      return { items: items.map((row, place) => summary(row, processing[place] ?? [])), ...next };
    },

    async getContent({ tenant, id }) {
      const row = await existingRow<ContentRow>(rows, store, contentStream(tenant, id));
      const [processing = []] = await processingOf(tenant, [row]);
      return { ...summary(row, processing), ...(await resultsOf(row, objects, s3)) };
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

type Wanted = Omit<z.output<typeof ListContentQuery>, 'limit' | 'cursor'>;

/** Whether a row is in a list with these conditions. */
const matches =
  ({ kind, status, filename, language }: Wanted) =>
  (row: ContentRow): boolean =>
    isLive(row) &&
    (kind === undefined || row.kind === kind) &&
    (status === undefined || shownStatus(row) === status) &&
    (language === undefined || languageOf(row) === language.toLowerCase()) &&
    (filename === undefined || row.filename.toLowerCase().startsWith(filename.toLowerCase()));

const languageOf = ({ document }: LiveContentRow) => document?.language?.split('-')[0]?.toLowerCase();

function shownStatus(row: LiveContentRow, now = Date.now()): ContentSummary['status'] {
  const expired = row.status === 'awaiting-upload' && Date.parse(row.uploadExpiresAt) <= now;
  return expired ? 'upload-expired' : row.status;
}

function summary(row: LiveContentRow, processing: readonly Processing[]): ContentSummary {
  const {
    contentId,
    filename,
    contentType,
    registeredType,
    kind,
    bytes,
    createdAt,
    uploadedAt,
    rejection,
    indexed,
    document,
  } = row;
  const status = shownStatus(row);
  return {
    contentId,
    filename,
    contentType,
    ...(registeredType ? { registeredType } : {}),
    kind,
    bytes,
    status,
    createdAt,
    indexed,
    processing: [...processing],
    processed:
      status !== 'awaiting-upload' &&
      processing.every(({ status: of }) => of !== 'queued' && of !== 'running'),
    ...(uploadedAt ? { uploadedAt } : {}),
    ...(rejection ? { rejection } : {}),
    ...(document ? { document } : {}),
  };
}

async function resultsOf(
  row: LiveContentRow,
  objects: ContentObjects,
  s3: S3Client,
): Promise<Pick<Content, 'download' | 'transcript' | 'analysis'>> {
  const [download, transcript, analysis] = await Promise.all([
    row.status === 'ready' ? presignGet(s3, objects.bucket, row) : undefined,
    result(objects, row.transcriptKey, Transcript),
    result(objects, row.analysisKey, Analysis),
  ]);
  return {
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
