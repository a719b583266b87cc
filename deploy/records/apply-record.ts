import { applyRecordKeyOf } from '@nova/shared/naming';
import * as z from 'zod';
import { dropStateRecord, readStateRecord, type S3, type Stage, writeStateRecord } from './state-record.ts';

/** The last apply of a stage. */
const ApplyRecord = z.object({
  startedAt: z.iso.datetime(),
  /** The commit of the applied stacks; absent without git. */
  commit: z.string().optional(),
  /** `under-way` also after an apply that stopped half-way. */
  state: z.enum(['under-way', 'complete']),
  /** Whether the API must still be deployed again, because this apply, or one before it, removes parts of the API. */
  redeploysApi: z.boolean(),
});
export type ApplyRecord = z.infer<typeof ApplyRecord>;

const kind = { keyOf: applyRecordKeyOf, content: ApplyRecord, of: 'apply', startedBy: 'deploy' };

/**
 * @returns undefined before the first apply
 * @throws UserError when the object is not a valid record
 */
export async function readApply(s3: S3, stage: Stage): Promise<ApplyRecord | undefined> {
  return (await readStateRecord(s3, kind, stage))?.record;
}

export async function writeApply(s3: S3, stage: Stage, record: ApplyRecord): Promise<void> {
  await writeStateRecord(s3, kind, stage, { record });
}

/** Deletes the record of a destroyed stage. */
export const dropApply = (s3: S3, stage: Stage): Promise<void> => dropStateRecord(s3, kind, stage);
