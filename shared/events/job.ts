import * as z from 'zod';
import { Instant, Seconds } from '../api/common.ts';
import { AnalyzeRequest, TranscribeRequest } from '../api/media.ts';
import { deliveryOutcomes, Webhook } from '../api/webhooks.ts';
import { Id } from '../ids.ts';
import { jobKinds, vectorSources } from '../vocabulary.ts';
import type { EventType } from './envelope.ts';

/** Task of a job, by its kind. */
export const JobTask = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('transcription'),
    language: TranscribeRequest.shape.language,
    channels: TranscribeRequest.shape.channels,
  }),
  z.object({
    kind: z.literal('analysis'),
    questions: AnalyzeRequest.shape.questions,
    detect: AnalyzeRequest.shape.detect,
  }),
  z.object({
    kind: z.literal('indexing'),
    source: z.enum(vectorSources),
    /** Embed everything again, including what is in the index already. */
    fresh: z.literal(true).optional(),
  }),
]);
export type JobTask = z.infer<typeof JobTask>;

/** A job that is requested again, as far as the rules of the bus need it. */
const again = z.object({
  contentId: Id,
  task: z.object({ kind: z.enum(jobKinds), source: z.enum(vectorSources).optional() }),
});

/** History of one piece of work longer than a request. */
export const jobEvents = {
  JobRequested: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({ contentId: Id, task: JobTask, webhook: Webhook.optional() }),
    personal: { fields: { 'task.questions': undefined, webhook: undefined }, contentId: 'contentId' },
  },
  JobStarted: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({
      attempt: z.int().positive(),
      /** The invocation that works on the job; a retry of the same invocation may take over at once. */
      worker: z.string(),
      /** After this time any worker may take over. */
      leaseUntil: Instant,
    }),
  },
  JobProgressed: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({ percent: z.int().min(0).max(100), stage: z.string() }),
  },
  /** Another service does the whole job and reports its end; no worker holds the job meanwhile. */
  JobDelegated: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({ to: z.enum(['transcribe']) }),
  },
  /**
   * Requests one segment of the file. Segments are numbered from 0, without a gap. Its start and its end are seconds of a recording or a
   * video, and pages of a document. All segments of a recording whose channels are transcribed separately say so.
   */
  JobPartRequested: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({
      kind: z.enum(jobKinds),
      part: z.int().nonnegative(),
      from: Seconds,
      byChannel: z.literal(true).optional(),
    }),
  },
  JobPartStarted: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({
      part: z.int().nonnegative(),
      attempt: z.int().positive(),
      worker: z.string(),
      leaseUntil: Instant,
    }),
  },
  /** The end of a segment, which is the start of the next. */
  JobPartCut: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({ part: z.int().nonnegative(), until: Seconds, last: z.boolean() }),
  },
  JobPartDone: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({ part: z.int().nonnegative() }),
  },
  JobCompleted: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({}),
  },
  JobFailed: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({ reason: z.string(), retriable: z.boolean() }),
  },
  JobCancelled: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({}),
  },
  /** Requests another run of a failed job; finished segments stay finished. */
  JobRetried: { aggregate: 'job', schemaVersion: 1, data: again },
  /** Requests a job that waited because too many jobs of its key were running. */
  JobDequeued: { aggregate: 'job', schemaVersion: 1, data: again },
  /**
   * One call of the webhook. `delivery` is the version of the event that ended the job. Neither this event nor the next two name the
   * receiver: a failure is a code.
   */
  WebhookCalled: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({
      delivery: z.int().positive(),
      attempt: z.int().positive(),
      at: Instant,
      /** HTTP status of the answer, or why there was none. */
      status: z.int().optional(),
      failure: z.string().optional(),
      /** When the next call is due; absent when there is none. */
      next: Instant.optional(),
    }),
  },
  /** No further call of a delivery is due. */
  WebhookEnded: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({ delivery: z.int().positive(), outcome: z.enum(deliveryOutcomes) }),
  },
  /** The owner of the key requests an ended delivery again. */
  WebhookRequested: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({ delivery: z.int().positive() }),
  },
} as const satisfies Record<string, EventType<'job'>>;
