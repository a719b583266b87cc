import * as z from 'zod';
import { aggregates } from './events/stream-id.ts';

/**
 * What operators may ask of the event projector, by invoking it: it alone writes the read model, and it folds with the
 * very code that is deployed. Each request does a slice of the work and says where the next goes on, so that none meets
 * the function's time limit and any may be the last.
 */
export const OperatorRequest = z.discriminatedUnion('operation', [
  /**
   * One slice of building a projection anew from the store alone. Asked again and again until `phase` is `done`; a
   * replay that was begun and left goes on where it was.
   */
  z.object({ operation: z.literal('replay'), projection: z.enum(aggregates) }),
  /** One slice of comparing the rows with the store. */
  z.object({ operation: z.literal('verify'), cursor: z.string().optional() }),
  /** Projects and publishes one commit again, as the store has it now. */
  z.object({ operation: z.literal('redrive'), stream: z.string(), version: z.int().positive() }),
]);
export type OperatorRequest = z.infer<typeof OperatorRequest>;

/** A commit that this build cannot read, and why. */
export const Unreadable = z.object({ stream: z.string(), version: z.int(), reason: z.string() });
export type Unreadable = z.infer<typeof Unreadable>;

export const ReplayProgress = z.object({
  /**
   * `building`: rows fill beside those that are read. `blocked`: all was read but the streams in `unreadable`; reads
   * stay where they are until a replay can read these too. `retiring`: reads have switched; the old rows go. `done`.
   */
  phase: z.enum(['building', 'blocked', 'retiring', 'done']),
  /** Number of the generation of rows that is being built, or was. */
  generation: z.int(),
  /** So far, all slices together. */
  commits: z.int(),
  streams: z.int(),
  /** Commits in the store, as DynamoDB last counted them: up to six hours old on AWS. */
  total: z.int(),
  /** Old rows deleted so far while `retiring`; absent before the first slice that looks for them. */
  swept: z.int().optional(),
  /** The first of them, at most 20. */
  unreadable: z.array(Unreadable),
});
export type ReplayProgress = z.infer<typeof ReplayProgress>;

/** A row that is not what its stream's events make of it. Names members, not their values: those may be personal. */
export const Difference = z.object({
  stream: z.string(),
  /** Partition and sort key of the row. */
  row: z.string(),
  kind: z.enum(['missing', 'behind', 'differs', 'stray']),
  /** What to look at: versions, or the members that differ. */
  detail: z.string(),
});
export type Difference = z.infer<typeof Difference>;

export const VerifyPage = z.object({
  /** In this slice. */
  streams: z.int(),
  events: z.int(),
  rows: z.int(),
  differences: z.array(Difference),
  unreadable: z.array(Unreadable),
  /** Absent when all was compared. */
  cursor: z.string().optional(),
  /** Commits in the store, as for a replay. */
  total: z.int(),
});
export type VerifyPage = z.infer<typeof VerifyPage>;

export const Redriven = z.discriminatedUnion('outcome', [
  /** The rows have it, and the bus was told. */
  z.object({ outcome: z.literal('projected') }),
  /** It still cannot be read. */
  z.object({ outcome: z.literal('unreadable'), reason: z.string() }),
  /** The store has no such commit. */
  z.object({ outcome: z.literal('missing') }),
]);
export type Redriven = z.infer<typeof Redriven>;

/** Prefix in the failure bucket of commits that the projector itself put aside because no retry could help. */
export const quarantinePrefix = 'parked/';

/** Key of a quarantined commit: the same for each delivery of it. */
export const quarantineKey = (stream: string, version: number) =>
  `${quarantinePrefix}${encodeURIComponent(stream)}@${version}.json`;

/** A commit put aside: where it stands in the store, never what it says. */
export const QuarantinedCommit = z.object({
  stream: z.string(),
  version: z.int().positive(),
  reason: z.string(),
  parkedAt: z.iso.datetime(),
});
export type QuarantinedCommit = z.infer<typeof QuarantinedCommit>;

/** Prefix under which Lambda itself puts batches that failed to the last retry. Source: Lambda guide, "Retain discarded records". */
export const discardedPrefix = 'aws/lambda/';
