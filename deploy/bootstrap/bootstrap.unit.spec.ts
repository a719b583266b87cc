import { UserError } from '@nova/shared/run-main';
import { describe, expect, it } from 'vitest';
import { awsError, scripted } from '../testing/scripted.ts';
import { makeStateBucket } from './state-bucket.ts';

describe('the bucket of the state', () => {
  const settled = [
    'PutPublicAccessBlock',
    'PutBucketVersioning',
    'PutBucketEncryption',
    'PutBucketPolicy',
    'PutBucketLifecycleConfiguration',
  ];

  it('is created private, versioned, encrypted and TLS only', async () => {
    const { client, calls } = scripted({ HeadBucket: awsError('NotFound', 404) });

    expect(await makeStateBucket(client, 'nova-state', 'us-east-1')).toBe(true);

    expect(calls.map(({ name }) => name)).toEqual(['HeadBucket', 'CreateBucket', ...settled]);
    expect(calls[1]?.input).toEqual({ Bucket: 'nova-state', CreateBucketConfiguration: {} });
    const policy = calls.find(({ name }) => name === 'PutBucketPolicy')?.input.Policy;
    expect(JSON.parse(String(policy)).Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    ]);
  });

  it('is created in the region of the stage', async () => {
    const { client, calls } = scripted({ HeadBucket: awsError('NotFound', 404) });

    await makeStateBucket(client, 'nova-state', 'eu-central-1');

    expect(calls[1]?.input).toMatchObject({
      CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
    });
  });

  it('that exists is configured', async () => {
    const { client, calls } = scripted({});

    expect(await makeStateBucket(client, 'nova-state', 'us-east-1')).toBe(false);
    expect(calls.map(({ name }) => name)).toEqual(['HeadBucket', ...settled]);
  });

  it.each([
    ['read', { HeadBucket: awsError('Forbidden', 403) }],
    [
      'created',
      { HeadBucket: awsError('NotFound', 404), CreateBucket: awsError('BucketAlreadyExists', 409) },
    ],
  ])('of another account is reported when it cannot be %s', async (_, answers) => {
    const { client, calls } = scripted(answers);

    const making = makeStateBucket(client, 'nova-state', 'us-east-1');

    await expect(making).rejects.toThrow(UserError);
    await expect(making).rejects.toThrow(/nova-state belongs to another account.* STATE_BUCKET=/);
    expect(calls.some(({ name }) => name.startsWith('Put'))).toBe(false);
  });
});
