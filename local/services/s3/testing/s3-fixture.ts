import * as sdk from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import type { Credentials, EventPublisher } from '../../../contracts.ts';
import { identitiesOf } from '../../../iam/identities.ts';
import { aRecordingLogger, aStack, region, temporaryDirectory } from '../../../testing/service-fixture.ts';
import { startEndpoint } from '../../../wire/endpoint/endpoint.ts';
import { openS3 } from '../s3.ts';

export const Bucket = 'content';
export const origin = 'http://console.test';
const roleArn = 'arn:aws:iam::000000000000:role/reader';
const listerArn = 'arn:aws:iam::000000000000:role/lister';
const policy = JSON.stringify({
  Statement: [
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:DeleteObject'], Resource: 'arn:aws:s3:::content/a/*' },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::content/b/*' },
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::content',
      Condition: { StringLike: { 's3:prefix': 'a/*' } },
    },
  ],
});

const listing = JSON.stringify({
  Statement: [
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::content/*' },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::content' },
  ],
});

const stack = aStack({
  aws_s3_bucket: [{ bucket: Bucket }, { bucket: 'quiet' }],
  aws_s3_bucket_notification: [{ bucket: Bucket, eventbridge: true }],
  aws_s3_bucket_cors_configuration: [
    {
      bucket: Bucket,
      cors_rule: [
        {
          allowed_origins: [origin],
          allowed_methods: ['PUT'],
          allowed_headers: ['content-*'],
          expose_headers: ['ETag'],
        },
      ],
    },
  ],
  aws_iam_role: [
    { name: 'reader', arn: roleArn },
    { name: 'lister', arn: listerArn },
  ],
  aws_iam_role_policy: [
    { role: 'reader', policy },
    { role: 'lister', policy: listing },
  ],
});

type Published = Parameters<EventPublisher['publish']>[0];

/** S3 behind a signed endpoint, until the end of the test. */
export async function s3Fixture(dataDirectory = temporaryDirectory()) {
  const events: Published[] = [];
  const publisher: EventPublisher = { publish: (event) => void events.push(event) };
  const logger = aRecordingLogger();
  const identities = identitiesOf(stack, dataDirectory, aRecordingLogger());
  const { service, objects } = await openS3({ stack, dataDirectory, publisher, logger });
  const endpoint = await startEndpoint({ port: 0, identities, services: [service], logger });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= endpoint.close().then(() => service.close?.()));
  onTestFinished(close);
  const clientFor = (credentials: Credentials, more: sdk.S3ClientConfig = {}) =>
    new sdk.S3Client({ region, endpoint: endpoint.url, credentials, maxAttempts: 1, ...more });
  return {
    s3: clientFor(identities.developer),
    /** May list under `a/` only. */
    reader: clientFor(identities.credentialsFor(roleArn)),
    /** May list the whole bucket. */
    lister: clientFor(identities.credentialsFor(listerArn)),
    presigner: clientFor(identities.developer, { requestChecksumCalculation: 'WHEN_REQUIRED' }),
    url: endpoint.url,
    events,
    logger,
    objects,
    close,
    dataDirectory,
  };
}

export const bodyOf = async (output: sdk.GetObjectCommandOutput) =>
  Buffer.from((await output.Body?.transformToByteArray()) ?? []);
export const put = (
  s3: sdk.S3Client,
  Key: string,
  Body: string | Uint8Array = 'text',
  more: Partial<sdk.PutObjectCommandInput> = {},
) => s3.send(new sdk.PutObjectCommand({ Bucket, Key, Body, ...more }));
export const get = (s3: sdk.S3Client, Key: string, more: Partial<sdk.GetObjectCommandInput> = {}) =>
  s3.send(new sdk.GetObjectCommand({ Bucket, Key, ...more }));
export const head = (s3: sdk.S3Client, Key: string) => s3.send(new sdk.HeadObjectCommand({ Bucket, Key }));
export const failsWith = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });
