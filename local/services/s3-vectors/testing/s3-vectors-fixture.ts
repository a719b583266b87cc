import * as sdk from '@aws-sdk/client-s3vectors';
import { expect, onTestFinished } from 'vitest';
import { identitiesOf } from '../../../iam/identities.ts';
import { aRecordingLogger, aStack, region, temporaryDirectory } from '../../../testing/service-fixture.ts';
import { startEndpoint } from '../../../wire/endpoint/endpoint.ts';
import { openS3Vectors } from '../s3-vectors.ts';

export const indexArn = 'arn:aws:s3vectors:us-east-1:000000000000:bucket/nova/index/content';
export const index = { vectorBucketName: 'nova', indexName: 'content' };
const roleOf = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
const allow = (...actions: string[]) =>
  JSON.stringify({
    Statement: [{ Effect: 'Allow', Action: actions.map((one) => `s3vectors:${one}`), Resource: indexArn }],
  });

export const stack = (dimension = 3) =>
  aStack({
    aws_s3vectors_vector_bucket: [{ vector_bucket_name: 'nova' }],
    aws_s3vectors_index: [
      {
        vector_bucket_name: 'nova',
        index_name: 'content',
        dimension,
        distance_metric: 'cosine',
        data_type: 'float32',
        metadata_configuration: [{ non_filterable_metadata_keys: ['text'] }],
      },
      {
        vector_bucket_name: 'nova',
        index_name: 'far',
        dimension: 2,
        distance_metric: 'euclidean',
        data_type: 'float32',
      },
    ],
    aws_iam_role: ['asker', 'reader'].map((name) => ({ name, arn: roleOf(name) })),
    aws_iam_role_policy: [
      { role: 'asker', policy: allow('QueryVectors', 'ListVectors') },
      { role: 'reader', policy: allow('QueryVectors', 'ListVectors', 'GetVectors') },
    ],
  });

/** S3 Vectors behind a signed endpoint, until the end of the test. */
export async function s3VectorsFixture(dataDirectory = temporaryDirectory(), declared = stack()) {
  const logger = aRecordingLogger();
  const identities = identitiesOf(declared, dataDirectory, aRecordingLogger());
  const service = openS3Vectors({ stack: declared, dataDirectory, logger });
  const endpoint = await startEndpoint({ port: 0, identities, services: [service], logger });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= endpoint.close().then(() => service.close?.()));
  onTestFinished(close);
  const clientFor = (credentials = identities.developer) =>
    new sdk.S3VectorsClient({ region, endpoint: endpoint.url, credentials, maxAttempts: 1 });
  return {
    client: clientFor(),
    as: (role: string) => clientFor(identities.credentialsFor(roleOf(role))),
    logger,
    close,
    dataDirectory,
  };
}

export const vector = (
  key: string,
  float32: number[] = [1, 0, 0],
  metadata?: sdk.PutInputVector['metadata'],
) => ({
  key,
  data: { float32 },
  ...(metadata === undefined ? {} : { metadata }),
});
export const put = (client: sdk.S3VectorsClient, ...vectors: sdk.PutInputVector[]) =>
  client.send(new sdk.PutVectorsCommand({ ...index, vectors }));
export const query = (client: sdk.S3VectorsClient, more: Partial<sdk.QueryVectorsInput> = {}) =>
  client.send(
    new sdk.QueryVectorsCommand({ ...index, topK: 10, queryVector: { float32: [1, 0, 0] }, ...more }),
  );
export const keysOf = (output: { vectors?: { key: string | undefined }[] | undefined }) =>
  output.vectors?.map(({ key }) => key);
export const refused = (message: string) => ({
  constructor: sdk.ValidationException,
  message: expect.stringContaining(message),
  $metadata: { httpStatusCode: 400 },
});
