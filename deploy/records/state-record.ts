import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { UserError } from '@nova/shared/run-main';
import * as z from 'zod';

export type S3 = Pick<S3Client, 'send'>;
export interface Stage {
  readonly stage: string;
  readonly stateBucket: string;
}

/** A record that a stage has once, beside its Terraform state: anyone who deploys the stage already has access to that prefix. */
export interface RecordKind<Content> {
  readonly keyOf: (stage: string) => string;
  readonly content: z.ZodType<Content>;
  /** `rollout`, in messages. */
  readonly of: string;
  /** The target of `make` that starts a new record. */
  readonly startedBy: string;
}

/** A record, and the ETag by which S3 detects a change. */
export interface Stored<Content> {
  readonly record: Content;
  readonly etag: string | undefined;
}

type Kind = Omit<RecordKind<unknown>, 'content'>;

const objectOf = ({ keyOf }: Kind, { stage, stateBucket }: Stage) => ({
  Bucket: stateBucket,
  Key: keyOf(stage),
});

/** The record's address, for messages. */
export function addressOf(kind: Kind, stage: Stage): string {
  const { Bucket, Key } = objectOf(kind, stage);
  return `s3://${Bucket}/${Key}`;
}

/**
 * @returns undefined when there is none
 * @throws UserError when the object is not a valid record
 */
export async function readStateRecord<Content>(
  s3: S3,
  kind: RecordKind<Content>,
  stage: Stage,
): Promise<Stored<Content> | undefined> {
  const object = await s3.send(new GetObjectCommand(objectOf(kind, stage))).catch((error: Error) => {
    if (error.name !== 'NoSuchKey') throw error;
    return undefined;
  });
  return object && { record: await recordIn(object, kind, stage), etag: object.ETag };
}

async function recordIn<Content>(
  { Body }: GetObjectCommandOutput,
  kind: RecordKind<Content>,
  stage: Stage,
): Promise<Content> {
  const text = (await Body?.transformToString()) ?? '';
  try {
    return kind.content.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new UserError(
      `The record of the last ${kind.of}, ${addressOf(kind, stage)}, cannot be read (${why}): restore the previous version of the object, which S3 keeps, or delete it; the next \`make ${kind.startedBy} STAGE=${stage.stage}\` then starts a new record.`,
    );
  }
}

/**
 * Writes the record.
 * @param ifMatch the ETag that the object must have; otherwise S3's error is `PreconditionFailed`
 */
export async function writeStateRecord<Content>(
  s3: S3,
  kind: RecordKind<Content>,
  stage: Stage,
  { record, ifMatch }: { readonly record: Content; readonly ifMatch?: string | undefined },
): Promise<Stored<Content>> {
  const { ETag } = await s3.send(
    new PutObjectCommand({
      ...objectOf(kind, stage),
      Body: JSON.stringify(record, null, 2),
      ContentType: 'application/json',
      // As Terraform encrypts the state: the bucket's default may be a KMS key that the workflows' roles may not use.
      ServerSideEncryption: 'AES256',
      ...(ifMatch === undefined ? {} : { IfMatch: ifMatch }),
    }),
  );
  return { record, etag: ETag };
}

export async function dropStateRecord(s3: S3, kind: Kind, stage: Stage): Promise<void> {
  await s3.send(new DeleteObjectCommand(objectOf(kind, stage)));
}
