import './environment.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { memoryObjects } from '../../../lambdas/testing/memory-objects.ts';
import { identitiesOf } from '../../../local/iam/identities.ts';
import { createBedrock } from '../../../local/services/bedrock/bedrock.ts';
import { openS3Vectors } from '../../../local/services/s3-vectors/s3-vectors.ts';
import { aRecordingLogger, aStack } from '../../../local/testing/service-fixture.ts';
import { startEndpoint } from '../../../local/wire/endpoint/endpoint.ts';

export const models = {
  speech: 'amazon.nova-2-sonic-v1:0',
  video: 'us.amazon.nova-2-lite-v1:0',
  embedding: 'amazon.nova-2-multimodal-embeddings-v1:0',
} as const;

export const vectors = { bucket: 'vectors', index: 'content' } as const;

const stack = aStack({
  aws_s3vectors_vector_bucket: [{ vector_bucket_name: vectors.bucket }],
  aws_s3vectors_index: [
    {
      vector_bucket_name: vectors.bucket,
      index_name: vectors.index,
      dimension: 1024,
      distance_metric: 'cosine',
      data_type: 'float32',
      metadata_configuration: [{ non_filterable_metadata_keys: ['text'] }],
    },
  ],
});

/** The local Bedrock and S3 Vectors behind a signed endpoint, and a content bucket in memory that both use. */
export async function startMediaFixture() {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'nova-media-'));
  const logger = aRecordingLogger();
  const objects = memoryObjects('content');
  const bedrock = createBedrock({
    stack,
    logger,
    objects: {
      async read(bucket, key) {
        const head = bucket === objects.bucket ? await objects.head(key) : undefined;
        if (!head) return undefined;
        return { body: Readable.from([await objects.start(key, head.bytes)]), bytes: head.bytes };
      },
      async write() {},
    },
  });
  const identities = identitiesOf(stack, dataDirectory, logger);
  const services = [bedrock, openS3Vectors({ stack, dataDirectory, logger })];
  const endpoint = await startEndpoint({ port: 0, identities, services, logger });
  const { accessKeyId, secretAccessKey } = identities.developer;
  // The clients read it when they are created.
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
  return {
    objects,
    bedrock,
    async close() {
      await endpoint.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

export type MediaFixture = Awaited<ReturnType<typeof startMediaFixture>>;
