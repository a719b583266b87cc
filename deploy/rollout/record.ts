import { rolloutRecordKeyOf } from '@nova/shared/naming';
import * as z from 'zod';
import {
  dropStateRecord,
  readStateRecord,
  addressOf as recordAddressOf,
  type S3,
  type Stage,
  type Stored,
  writeStateRecord,
} from '../records/state-record.ts';

/** The last rollout of a stage, with all that a rollback needs. */
const RolloutRecord = z.object({
  startedAt: z.iso.datetime(),
  /** The commit that was applied last before the rollout; absent when it is not known. */
  commit: z.string().optional(),
  /** The version of each function, by its name in AWS, that callers had after the last complete rollout. */
  before: z.record(z.string(), z.int().positive()),
  state: z.enum(['under-way', 'through', 'taken-back']),
});
export type RolloutRecord = z.infer<typeof RolloutRecord>;
export type StoredRecord = Stored<RolloutRecord>;

const kind = { keyOf: rolloutRecordKeyOf, content: RolloutRecord, of: 'rollout', startedBy: 'rollout' };

/** The record's address, for messages. */
export const addressOf = (stage: Stage) => recordAddressOf(kind, stage);

/**
 * @returns undefined before the first rollout
 * @throws UserError when the object is not a valid record
 */
export const readRollout = (s3: S3, stage: Stage): Promise<StoredRecord | undefined> =>
  readStateRecord(s3, kind, stage);

/** Replaces the record. */
export const writeRollout = (s3: S3, stage: Stage, record: RolloutRecord): Promise<StoredRecord> =>
  writeStateRecord(s3, kind, stage, { record });

/** Marks a rollout as complete, unless a rollback or another rollout has replaced the record in the meantime. */
export async function markComplete(s3: S3, stage: Stage, { record, etag }: StoredRecord): Promise<void> {
  const through = { ...record, state: 'through' } as const;
  await writeStateRecord(s3, kind, stage, { record: through, ifMatch: etag }).catch((error: Error) => {
    if (error.name !== 'PreconditionFailed') throw error;
  });
}

/** Deletes the record of a destroyed stage, since its functions no longer exist. */
export const dropRollout = (s3: S3, stage: Stage): Promise<void> => dropStateRecord(s3, kind, stage);
