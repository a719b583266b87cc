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

/** The last rollout of a stage: what must be known to take it back. */
const RolloutRecord = z.object({
  startedAt: z.iso.datetime(),
  /** By the function's name in AWS: the version that callers had when a rollout last got through whole. */
  before: z.record(z.string(), z.int().positive()),
  state: z.enum(['under-way', 'through', 'taken-back']),
});
export type RolloutRecord = z.infer<typeof RolloutRecord>;

/** A record, and the ETag by which S3 tells whether it is still the same. */
export interface KeptRecord {
  readonly record: RolloutRecord;
  readonly etag: string | undefined;
}

type S3 = Pick<S3Client, 'send'>;
type Stage = Pick<Settings, 'stage' | 'stateBucket'>;

/** Beside the state: who deploys a stage may read and write that folder already. */
const recordObject = ({ stage, stateBucket }: Stage) => ({
  Bucket: stateBucket,
  Key: rolloutRecordKeyOf(stage),
});

/** Where the record is, for messages. */
export const addressOf = (stage: Stage) => `s3://${recordObject(stage).Bucket}/${recordObject(stage).Key}`;

/**
 * @returns undefined when nothing was rolled out yet
 * @throws UserError when what is there is no record
 */
export async function readRollout(s3: S3, stage: Stage): Promise<KeptRecord | undefined> {
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
      `The record of the last rollout, ${addressOf(stage)}, cannot be read (${why}): restore its version before, which S3 keeps, or delete it; the next \`make rollout STAGE=${stage.stage}\` then starts a new one.`,
    );
  }
}

/** Writes over whatever record is there. */
export async function writeRollout(s3: S3, stage: Stage, record: RolloutRecord): Promise<KeptRecord> {
  const { ETag } = await s3.send(new PutObjectCommand(objectOf(stage, record)));
  return { record, etag: ETag };
}

/** Says that a rollout got through, unless somebody took it back or started another meanwhile: theirs counts. */
export async function markThrough(s3: S3, stage: Stage, { record, etag }: KeptRecord): Promise<void> {
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

/** For a stage that is destroyed: the functions that the record names are gone. */
export async function dropRollout(s3: S3, stage: Stage): Promise<void> {
  await s3.send(new DeleteObjectCommand(recordObject(stage)));
}
