import * as sdk from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { Bucket, put, s3Fixture } from './testing/s3-fixture.ts';

describe('notifications', () => {
  it('report creations and deletions on the default bus, in the format of S3', async () => {
    const { s3, events } = await s3Fixture();
    const { ETag = '' } = await put(s3, 'a/ü k', 'text');
    await s3.send(new sdk.DeleteObjectCommand({ Bucket, Key: 'a/ü k' }));
    await s3.send(new sdk.DeleteObjectCommand({ Bucket, Key: 'a/ü k' }));

    const common = {
      version: '0',
      'event-version': '1.0',
      bucket: { name: Bucket },
      'request-id': expect.any(String),
      requester: '000000000000',
      'source-ip-address': '127.0.0.1',
    };
    const sequencer = expect.stringMatching(/^[0-9A-F]{18}$/);
    expect(events).toEqual([
      {
        bus: 'default',
        source: 'aws.s3',
        detailType: 'Object Created',
        resources: ['arn:aws:s3:::content'],
        detail: {
          ...common,
          object: { key: 'a/ü k', size: 4, etag: ETag.replaceAll('"', ''), sequencer },
          reason: 'PutObject',
        },
      },
      {
        bus: 'default',
        source: 'aws.s3',
        detailType: 'Object Deleted',
        resources: ['arn:aws:s3:::content'],
        detail: {
          ...common,
          object: { key: 'a/ü k', sequencer },
          reason: 'DeleteObject',
          'deletion-type': 'Permanently Deleted',
        },
      },
    ]);
  });

  it('come only from buckets that the stack enables them for', async () => {
    const { s3, events } = await s3Fixture();
    await s3.send(new sdk.PutObjectCommand({ Bucket: 'quiet', Key: 'k', Body: 'x' }));

    expect(events).toEqual([]);
  });
});
