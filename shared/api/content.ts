import * as z from 'zod';
import { Id } from '../ids.ts';
import { limits } from '../limits.ts';
import {
  conversionOf,
  isUnknownType,
  mediaTypeNames,
  nearestTypes,
  toMediaType,
  unknownType,
} from '../media-types.ts';
import {
  contentKinds,
  contentStatuses,
  jobKinds,
  jobStatuses,
  rejectionReasons,
  vectorSources,
} from '../vocabulary.ts';
import { CreatedRange, Cursor, Instant, NextCursor, PageSize, Progress, Text } from './common.ts';
import { DocumentFacts } from './document-facts.ts';
import { Analysis, Transcript } from './media.ts';

/** Control characters by their code points: API Gateway's validator does not support `\p`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression refuses them
const plainFileName = /^[^/\\\u0000-\u001f\u007f-\u009f]+$/;

/** What to do with a file of a type that is not accepted, after a clause about it. */
function remedyFor(type: string): string {
  const conversion = conversionOf(type);
  if (conversion !== undefined) return `. ${conversion.replace(/\.$/, '')}`;
  return `; nearest are ${nearestTypes(type).join(', ')}`;
}

export const CreateContentRequest = z.strictObject({
  filename: Text.min(1)
    .max(255)
    .regex(plainFileName, 'must be a plain file name, without slashes or control characters')
    .describe('File name to show to people'),
  contentType: z
    .string()
    // Nothing else is checked of a longer one: a comparison with each media type takes time.
    .max(255, { abort: true })
    .refine((value) => isUnknownType(value) || toMediaType(value) !== undefined, {
      error: ({ input }) =>
        `${String(input)} is not accepted${remedyFor(String(input))}. GET /media-types lists all`,
    })
    .optional()
    .describe(
      `Media type of the file; the uploaded bytes are checked against it. Without it, or with ${unknownType}, the bytes tell it on arrival`,
    ),
  bytes: z
    .int()
    .min(1, 'must be at least 1: an empty file cannot be processed')
    .max(limits.uploadBytes)
    .describe('Size of the file in bytes'),
  react: z
    .boolean()
    .optional()
    .describe('False: no job starts automatically after the upload; start the jobs you want yourself'),
  checksum: z
    .strictObject({
      sha256: z
        .string()
        .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be the SHA-256 of the file in base64, 44 characters'),
    })
    .optional()
    .describe(
      'S3 refuses bytes with another checksum. Only for files uploaded with one PUT; in a multipart upload each part has its own checksum',
    ),
});
export type CreateContentRequest = z.infer<typeof CreateContentRequest>;

const SingleUpload = z.object({
  method: z.literal('PUT'),
  url: z
    .url()
    .describe(
      'Where to PUT the file. The URL signs `content-length`: S3 refuses a body of another size than the registered `bytes`, and one that is sent in chunks without its length (403, SignatureDoesNotMatch)',
    ),
  headers: z
    .record(z.string(), z.string())
    .describe(
      'Headers to send with the bytes, unchanged. `content-length` is not among them: browsers and HTTP clients set it from the body',
    ),
  expiresAt: Instant,
});

const PartNumber = z
  .int()
  .min(1)
  .max(Math.ceil(limits.uploadBytes / limits.uploadPartBytes));

const MultipartUpload = z.object({
  method: z.literal('MULTIPART'),
  partBytes: z
    .int()
    .describe(
      'Bytes in each part except the last, which has the rest. Each URL signs the `content-length` of its part: S3 refuses another size (403, SignatureDoesNotMatch)',
    ),
  parts: z
    .array(z.object({ partNumber: PartNumber, url: z.url() }))
    .describe('Where to PUT each part of the file, in any order; each response has an ETag header to keep'),
  complete: z
    .string()
    .describe('Where to POST the part numbers and their ETags, once all parts are uploaded'),
  expiresAt: Instant,
});
export type MultipartUpload = z.infer<typeof MultipartUpload>;

export const CreateContentResponse = z.object({
  contentId: Id,
  upload: z.discriminatedUnion('method', [SingleUpload, MultipartUpload]),
});

export const CompleteUploadRequest = z.strictObject({
  parts: z
    .array(z.strictObject({ partNumber: PartNumber, etag: z.string().min(1).max(128) }))
    .min(1)
    .max(Math.ceil(limits.uploadBytes / limits.uploadPartBytes))
    .describe('Every part, with the ETag that S3 returned for it'),
});
export type CompleteUploadRequest = z.infer<typeof CompleteUploadRequest>;
export type CreateContentResponse = z.infer<typeof CreateContentResponse>;

/** A job that an upload started by itself, or will start. */
export const Processing = z.object({
  kind: z.enum(jobKinds),
  source: z.enum(vectorSources).optional().describe('What is indexed'),
  jobId: Id.optional().describe('The job; absent while it waits for the one before it to end'),
  status: z.enum(jobStatuses),
  progress: Progress,
  reason: z.string().optional().describe('Why it failed'),
  warnings: z
    .array(z.string())
    .optional()
    .describe('What it could not read, of a document or a picture that is indexed'),
});
export type Processing = z.infer<typeof Processing>;

const shownStatuses = [...contentStatuses, 'upload-expired'] as const;

export const ContentSummary = z.object({
  contentId: Id,
  filename: z.string(),
  contentType: z.string(),
  registeredType: z
    .string()
    .optional()
    .describe('Media type that the file was registered as, where its bytes are of another: `contentType`'),
  kind: z.enum(contentKinds),
  bytes: z.int(),
  status: z.enum(shownStatuses),
  rejection: z.object({ reason: z.enum(rejectionReasons), detail: z.string() }).optional(),
  createdAt: Instant,
  uploadedAt: Instant.optional(),
  indexed: z.boolean().describe('Whether search can find it'),
  document: DocumentFacts.optional().describe('What is known of a document or a picture once it is indexed'),
  processing: z.array(Processing).describe('The jobs that the upload started by itself, in their order'),
  processed: z
    .boolean()
    .describe(
      'Whether nothing more happens by itself: the file has arrived and every job of `processing` has ended, or the file was rejected or never arrived',
    ),
});
export type ContentSummary = z.infer<typeof ContentSummary>;

export const Content = ContentSummary.extend({
  download: z.object({ url: z.url(), expiresAt: Instant }).optional(),
  transcript: Transcript.optional(),
  analysis: Analysis.optional(),
});
export type Content = z.infer<typeof Content>;

export const ListContentQuery = z.strictObject({
  kind: z.enum(contentKinds).optional(),
  status: z.enum(shownStatuses).optional(),
  filename: Text.min(1).max(255).optional().describe('How the file name begins; case does not matter'),
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}$/, 'must be the first part of a language tag, such as en')
    .optional()
    .describe('First part of the tag of the language that a document names'),
  ...CreatedRange,
  limit: PageSize,
  cursor: Cursor,
});

export const ContentPage = z.object({ items: z.array(ContentSummary), nextCursor: NextCursor });
export type ContentPage = z.infer<typeof ContentPage>;

export const MediaTypes = z.object({
  mediaTypes: z.array(
    z.object({
      contentType: z.enum(mediaTypeNames).describe('Name to register a file with'),
      kind: z.enum(contentKinds),
      maxBytes: z.int(),
      extensions: z.array(z.string()).describe('Of file names, without the dot'),
      aliases: z.array(z.string()).describe('Other names of the same type, accepted too'),
    }),
  ),
});
export type MediaTypes = z.infer<typeof MediaTypes>;
