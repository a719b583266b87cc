import * as z from 'zod';
import { Instant } from '../api/common.ts';
import { AnalyzeRequest, TranscribeRequest } from '../api/media.ts';
import { Id } from '../ids.ts';
import { vectorSources } from '../vocabulary.ts';
import type { EventType } from './envelope.ts';

/** What a job is asked to do, by its kind. */
export const JobTask = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('transcription'), language: TranscribeRequest.shape.language }),
  z.object({
    kind: z.literal('analysis'),
    questions: AnalyzeRequest.shape.questions,
    detect: AnalyzeRequest.shape.detect,
  }),
  z.object({ kind: z.literal('indexing'), source: z.enum(vectorSources) }),
]);
export type JobTask = z.infer<typeof JobTask>;

/** History of one piece of work longer than a request. */
export const jobEvents = {
  JobRequested: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({ contentId: Id, task: JobTask }),
    personal: { fields: { 'task.questions': undefined }, contentId: 'contentId' },
  },
  JobStarted: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({
      attempt: z.int().positive(),
      /** The invocation that works on it; a retry of that same invocation may take over at once. */
      worker: z.string(),
      /** After this moment anyone may take over. */
      leaseUntil: Instant,
    }),
  },
  JobProgressed: {
    aggregate: 'job',
    schemaVersion: 1,
    data: z.object({ percent: z.int().min(0).max(100), stage: z.string() }),
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
} as const satisfies Record<string, EventType<'job'>>;
