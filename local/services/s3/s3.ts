import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { AwsService, EventPublisher, Logger, ObjectStore, Stack } from '../../contracts.ts';
import { textOf } from '../../stack/read.ts';
import { Cors } from './cors.ts';
import { Notifier } from './notifications.ts';
import type { S3Dependencies } from './operation.ts';
import { s3Service } from './service.ts';
import type { StoredObject } from './storage/object-index.ts';
import { ObjectStorage } from './storage/storage.ts';

export interface LocalS3Dependencies {
  readonly stack: Stack;
  readonly dataDirectory: string;
  /** Gets an event for each object in buckets with EventBridge notifications. */
  readonly publisher: EventPublisher;
  readonly logger: Logger;
}

export interface LocalS3 {
  readonly service: AwsService;
  /** The same objects, without HTTP. */
  readonly objects: ObjectStore;
}

/** The buckets of a stack, on disk. */
export async function openS3({
  stack,
  dataDirectory,
  publisher,
  logger,
}: LocalS3Dependencies): Promise<LocalS3> {
  const buckets = stack.of('aws_s3_bucket').map((bucket) => textOf(bucket, 'bucket'));
  const s3: S3Dependencies = {
    storage: await ObjectStorage.open(join(dataDirectory, 's3'), buckets),
    notifier: new Notifier(stack, publisher),
    region: stack.region,
  };
  return { service: s3Service(s3, new Cors(stack), logger), objects: objectStore(s3) };
}

function objectStore({ storage, notifier }: S3Dependencies): ObjectStore {
  return {
    async read(bucket, key) {
      const object = storage.find(bucket, key);
      return object && { body: storage.blobs.read(object.blobs, 0, object.bytes), bytes: object.bytes };
    },
    async write(bucket, key, body, contentType) {
      storage.requireBucket(bucket);
      const blob = await storage.blobs.write([body]);
      const object: StoredObject = {
        bucket,
        key,
        bytes: blob.bytes,
        etag: `"${createHash('md5').update(body).digest('hex')}"`,
        modified: new Date(),
        head: { ContentType: contentType },
        checksum: undefined,
        blobs: [blob],
      };
      await storage.put(object);
      const { bytes, etag } = object;
      const request = { requestId: randomUUID(), sourceIp: '127.0.0.1' };
      notifier.publish({ bucket, key, reason: 'PutObject', ...request, created: { bytes, etag } });
    },
  };
}
