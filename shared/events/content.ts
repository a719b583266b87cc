import * as z from 'zod';
import { Instant, Seconds } from '../api/common.ts';
import { DocumentFacts } from '../api/document-facts.ts';
import { Id } from '../ids.ts';
import { contentKinds, rejectionReasons, vectorSources } from '../vocabulary.ts';
import { type EventType, erasedText } from './envelope.ts';

/** History of one uploaded file. Files, transcripts and analyses live in S3; events carry their keys. */
export const contentEvents = {
  ContentRegistered: {
    aggregate: 'content',
    schemaVersion: 1,
    data: z.object({
      filename: z.string(),
      contentType: z.string(),
      kind: z.enum(contentKinds),
      bytes: z.int(),
      objectKey: z.string(),
      uploadExpiresAt: Instant,
      /** S3's id of the multipart upload. */
      uploadId: z.string().exactOptional(),
      /** Absent: the stage starts the jobs of this kind of file by itself. */
      react: z.literal(false).exactOptional(),
    }),
    personal: { fields: { filename: erasedText } },
  },
  ContentUploaded: {
    aggregate: 'content',
    schemaVersion: 1,
    data: z.object({
      kind: z.enum(contentKinds),
      contentType: z.string(),
      bytes: z.int(),
      etag: z.string(),
      objectKey: z.string(),
      /** The type that the file was registered as; absent where its bytes are of that type. */
      registeredType: z.string().exactOptional(),
      react: z.literal(false).exactOptional(),
    }),
    // A fingerprint of the file reveals who else has the same file.
    personal: { fields: { etag: erasedText } },
  },
  ContentRejected: {
    aggregate: 'content',
    schemaVersion: 1,
    data: z.object({ reason: z.enum(rejectionReasons), detail: z.string() }),
    personal: { fields: { detail: erasedText } },
  },
  TranscriptAttached: {
    aggregate: 'content',
    schemaVersion: 1,
    data: z.object({ jobId: Id, objectKey: z.string(), segments: z.int(), durationSeconds: Seconds }),
  },
  AnalysisAttached: {
    aggregate: 'content',
    schemaVersion: 1,
    data: z.object({ jobId: Id, objectKey: z.string(), scenes: z.int(), durationSeconds: Seconds }),
  },
  ContentIndexed: {
    aggregate: 'content',
    schemaVersion: 1,
    data: z.object({
      jobId: Id,
      source: z.enum(vectorSources),
      vectors: z.int(),
      /** Facts about a document or a picture; absent in events that are older than they, and for other sources. */
      document: DocumentFacts.exactOptional(),
    }),
    personal: {
      fields: { 'document.title': undefined, 'document.author': undefined, 'document.warnings': undefined },
    },
  },
  ContentDeleted: {
    aggregate: 'content',
    schemaVersion: 1,
    data: z.object({}),
  },
} as const satisfies Record<string, EventType<'content'>>;
