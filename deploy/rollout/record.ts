import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { rolloutRecordKeyOf } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import * as z from 'zod';
import type { Settings } from '../../modules/settings.ts';

/** The last rollout of a stage, with all that a rollback needs. */
const RolloutRecord = z.object({
  startedAt: z.iso.datetime(),
  /** The version of each function, by its name in AWS, that callers had after the last complete rollout. */
  before: z.record(z.string(), z.int().positive()),
  state: z.enum(['under-way', 'through', 'taken-back']),
});
export type RolloutRecord = z.infer<typeof RolloutRecord>;

/** A record, and the ETag by which S3 detects a change. */
export interface StoredRecord {
  readonly record: RolloutRecord;
  readonly etag: string | undefined;
}

type S3 = Pick<S3Client, 'send'>;
type Stage = Pick<Settings, 'stage' | 'stateBucket'>;

/** Beside the Terraform state: anyone who deploys a stage already has access to that prefix. */
const recordObject = ({ stage, stateBucket }: Stage) => ({
  Bucket: stateBucket,
  Key: rolloutRecordKeyOf(stage),
});

/** The record's address, for messages. */
export const addressOf = (stage: Stage) => `s3://${recordObject(stage).Bucket}/${recordObject(stage).Key}`;

/**
 * @returns undefined before the first rollout
 * @throws UserError when the object is not a valid record
 */
export async function readRollout(s3: S3, stage: Stage): Promise<StoredRecord | undefined> {
  const object = await s3.send(new GetObjectCommand(recordObject(stage))).catch((error: Error) => {
    if (error.name !== 'NoSuchKey') throw error;
    return undefined;
  });
  return object && { record: await recordIn(object, stage), etag: object.ETag };
}

async function recordIn({ Body }: GetObjectCommandOutput, stage: Stage): Promise<RolloutRecord> {
  const text = (await Body?.transformToString()) ?? '';
  try {
    return RolloutRecord.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new UserError(
      `The record of the last rollout, ${addressOf(stage)}, cannot be read (${why}): restore the previous version of the object, which S3 keeps, or delete it; the next \`make rollout STAGE=${stage.stage}\` then starts a new record.`,
    );
  }
}

/** Replaces the record. */
export async function writeRollout(s3: S3, stage: Stage, record: RolloutRecord): Promise<StoredRecord> {
  const { ETag } = await s3.send(new PutObjectCommand(objectOf(stage, record)));
  return { record, etag: ETag };
}

/** Marks a rollout as complete, unless a rollback or another rollout has replaced the record in the meantime. */
export async function markComplete(s3: S3, stage: Stage, { record, etag }: StoredRecord): Promise<void> {
  const through = objectOf(stage, { ...record, state: 'through' });
  await s3.send(new PutObjectCommand({ ...through, IfMatch: etag })).catch((error: Error) => {
    if (error.name !== 'PreconditionFailed') throw error;
  });
}

const objectOf = (stage: Stage, record: RolloutRecord) => ({
  ...recordObject(stage),
  Body: JSON.stringify(record, null, 2),
  ContentType: 'application/json',
});

/** Deletes the record of a destroyed stage, since its functions no longer exist. */
export async function dropRollout(s3: S3, stage: Stage): Promise<void> {
  await s3.send(new DeleteObjectCommand(recordObject(stage)));
}
