import * as z from 'zod';
import { aggregates } from './events/stream-id.ts';

/**
 * What operators may request of the event projector, by invoking it: it alone writes the read model, and it folds with
 * the deployed code. Each request does a slice of the work and returns where the next continues, so that none reaches
 * the function's time limit and any may be the last.
 */
export const OperatorRequest = z.discriminatedUnion('operation', [
  /**
   * One slice of rebuilding a projection from the store alone. Repeat it until `phase` is `done`; an interrupted replay
   * continues where it stopped.
   */
  z.object({ operation: z.literal('replay'), projection: z.enum(aggregates) }),
  /** One slice of comparing the rows with the store. */
  z.object({ operation: z.literal('verify'), cursor: z.string().optional() }),
  /** Projects and publishes one commit again, in its current state in the store. */
  z.object({ operation: z.literal('redrive'), stream: z.string(), version: z.int().positive() }),
]);
export type OperatorRequest = z.infer<typeof OperatorRequest>;

/** A commit that this build cannot read, and why. */
export const Unreadable = z.object({ stream: z.string(), version: z.int(), reason: z.string() });
export type Unreadable = z.infer<typeof Unreadable>;

export const ReplayProgress = z.object({
  /**
   * `building`: rows fill beside the rows in use. `blocked`: everything was read except the streams in `unreadable`;
   * reads do not switch until a replay can read these too. `retiring`: reads have switched; old rows are deleted. `done`.
   */
  phase: z.enum(['building', 'blocked', 'retiring', 'done']),
  /** Number of the generation of rows that the replay builds or built. */
  generation: z.int(),
  /** Totals of all slices so far. */
  commits: z.int(),
  streams: z.int(),
  /** Commits in the store by DynamoDB's last count, which is up to six hours old on AWS. */
  total: z.int(),
  /** Old rows deleted so far while `retiring`; absent before the first slice that deletes any. */
  swept: z.int().optional(),
  /** The first 20 of them. */
  unreadable: z.array(Unreadable),
});
export type ReplayProgress = z.infer<typeof ReplayProgress>;

/** A row that differs from what its stream's events produce. It names members, not their values, which may be personal. */
export const Difference = z.object({
  stream: z.string(),
  /** Partition and sort key of the row. */
  row: z.string(),
  kind: z.enum(['missing', 'behind', 'differs', 'stray']),
  /** The difference: versions, or the members that differ. */
  detail: z.string(),
});
export type Difference = z.infer<typeof Difference>;

export const VerifyPage = z.object({
  /** Counts of this slice. */
  streams: z.int(),
  events: z.int(),
  rows: z.int(),
  differences: z.array(Difference),
  unreadable: z.array(Unreadable),
  /** Absent when everything was compared. */
  cursor: z.string().optional(),
  /** Commits in the store, as for a replay. */
  total: z.int(),
});
export type VerifyPage = z.infer<typeof VerifyPage>;

export const Redriven = z.discriminatedUnion('outcome', [
  /** The rows contain it, and it was published to the bus. */
  z.object({ outcome: z.literal('projected') }),
  /** It still cannot be read. */
  z.object({ outcome: z.literal('unreadable'), reason: z.string() }),
  /** The store has no such commit. */
  z.object({ outcome: z.literal('missing') }),
]);
export type Redriven = z.infer<typeof Redriven>;

/** Prefix in the failure bucket of commits that the projector quarantined because no retry could help. */
export const quarantinePrefix = 'parked/';

/** Key of a quarantined commit: the same for each delivery of it. */
export const quarantineKey = (stream: string, version: number) =>
  `${quarantinePrefix}${encodeURIComponent(stream)}@${version}.json`;

/** A quarantined commit: its place in the store, never its content. */
export const QuarantinedCommit = z.object({
  stream: z.string(),
  version: z.int().positive(),
  reason: z.string(),
  parkedAt: z.iso.datetime(),
});
export type QuarantinedCommit = z.infer<typeof QuarantinedCommit>;

/** Prefix under which Lambda itself writes batches that failed to the last retry. Source: Lambda guide, "Retain discarded records". */
export const discardedPrefix = 'aws/lambda/';
