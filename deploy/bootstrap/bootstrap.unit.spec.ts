import { UserError } from '@nova/shared/run-main';
import { describe, expect, it } from 'vitest';
import { awsError, scripted } from '../testing/scripted.ts';
import { makeStateBucket } from './state-bucket.ts';
import { bareBucket, bucketFixture, oldBucket, theirBucket } from './testing/bucket-fixture.ts';

const settled = [
  'PutBucketTagging',
  'PutPublicAccessBlock',
  'PutBucketVersioning',
  'PutBucketEncryption',
  'PutBucketPolicy',
  'PutBucketLifecycleConfiguration',
];
const none = { HeadBucket: awsError('NotFound', 404) };
const state = {
  ...{ name: 'nova-state', region: 'us-east-1', stage: 'dev', account: '123456789012' },
  adopt: undefined,
};

describe('the bucket of the state', () => {
  it('is created private, versioned, encrypted and TLS only, with the platform’s tags', async () => {
    const { client, changed, stored } = bucketFixture(bareBucket, none);

    expect(await makeStateBucket(client, state)).toMatchObject({ created: true });

    expect(changed()).toEqual(['CreateBucket', ...settled]);
    expect(stored('CreateBucket')).toEqual({ Bucket: 'nova-state', CreateBucketConfiguration: {} });
    expect(stored('PutPublicAccessBlock').PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(stored('PutBucketVersioning').VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(stored('PutBucketEncryption').ServerSideEncryptionConfiguration).toEqual({
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    });
    expect(JSON.parse(stored('PutBucketPolicy').Policy).Statement).toEqual([
      {
        Sid: 'OnlyWithTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: ['arn:aws:s3:::nova-state', 'arn:aws:s3:::nova-state/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  it('is created in the region of the stage', async () => {
    const { client, stored } = bucketFixture(bareBucket, none);

    await makeStateBucket(client, { ...state, region: 'eu-central-1' });

    expect(stored('CreateBucket')).toMatchObject({
      CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
    });
  });

  it('that an older release made, without tags, is the platform’s, and gets the tags', async () => {
    const { client, changed } = bucketFixture(oldBucket);

    expect(await makeStateBucket(client, state)).toEqual({
      created: false,
      changes: ['the tags Project=nova and ManagedBy=bootstrap'],
      warnings: [],
    });
    expect(changed()).toEqual(['PutBucketTagging']);
  });

  it('that has everything is not changed', async () => {
    const first = bucketFixture(bareBucket, none);
    await makeStateBucket(first.client, state);
    const again = bucketFixture(first.settings);

    expect(await makeStateBucket(again.client, state)).toEqual({
      ...{ created: false, changes: [], warnings: [] },
    });
    expect(again.changed()).toEqual([]);
  });

  it('that a run left half-way is recognised by its tags, and completed', async () => {
    const half = bucketFixture(bareBucket, { ...none, PutPublicAccessBlock: awsError('SlowDown', 503) });
    await expect(makeStateBucket(half.client, state)).rejects.toThrow('SlowDown');
    const again = bucketFixture(half.settings);

    await makeStateBucket(again.client, state);

    expect(again.changed()).toEqual(settled.slice(1));
  });
});

describe('a bucket that is not the platform’s', () => {
  it.each([
    ['bare', bareBucket],
    ['used', theirBucket],
  ])('is refused when it is %s: the error names the changes and the remedies', async (_, settings) => {
    const { client, changed } = bucketFixture(settings);

    const making = makeStateBucket(client, { ...state, adopt: 'another' });

    await expect(making).rejects.toThrow(UserError);
    await expect(making).rejects.toThrow(
      /nova-state exists, .* did not create it; nothing was changed\..* STATE_BUCKET=….* ADOPT=nova-state .*the tags .*; versioning; .*without TLS; a lifecycle rule .* 90 days\./,
    );
    expect(changed()).toEqual([]);
  });

  it('keeps its key, policy, lifecycle rules and tags when ADOPT names it', async () => {
    const { client, changed, stored } = bucketFixture(theirBucket);

    const { created, changes } = await makeStateBucket(client, { ...state, adopt: 'nova-state' });

    expect(created).toBe(false);
    expect(changes).toHaveLength(4);
    expect(changed()).toEqual([
      'PutBucketTagging',
      'PutBucketVersioning',
      'PutBucketPolicy',
      'PutBucketLifecycleConfiguration',
    ]);
    expect(stored('PutBucketTagging').Tagging.TagSet).toEqual([
      { Key: 'Team', Value: 'payroll' },
      { Key: 'Project', Value: 'nova' },
      { Key: 'ManagedBy', Value: 'bootstrap' },
    ]);
    const policy = JSON.parse(stored('PutBucketPolicy').Policy);
    expect(policy).toMatchObject({ Version: '2008-10-17', Id: 'theirs' });
    expect(policy.Statement).toEqual([
      expect.objectContaining({ Sid: 'OnlyWithTls', Action: 's3:PutObject' }),
      expect.not.objectContaining({ Sid: expect.anything() }),
    ]);
    expect(stored('PutBucketLifecycleConfiguration')).toMatchObject({
      TransitionDefaultMinimumObjectSize: 'varies_by_storage_class',
      LifecycleConfiguration: {
        Rules: [
          { ID: 'theirs', Filter: { Prefix: 'reports/' }, Expiration: { Days: 30 } },
          { ID: 'old-states' },
        ],
      },
    });
  });
});

describe('a bucket whose settings do not suit a state', () => {
  const adopted = { ...state, adopt: 'nova-state' };
  const withRules = (...Rules: object[]) => ({ ...theirBucket, BucketLifecycleConfiguration: { Rules } });
  const expiry = { Status: 'Enabled', Expiration: { Days: 30 } };

  it('is used with AES256, and the command says so, when it has a KMS key', async () => {
    const { warnings } = await makeStateBucket(bucketFixture(theirBucket).client, adopted);

    expect(warnings).toEqual([
      expect.stringMatching(/KMS key, but .* AES256, .*a policy that demands the key/),
    ]);
  });

  it.each([
    ['everything', { ...expiry, ID: 'all', Filter: {} }],
    ['the stage in the older form', { ...expiry, ID: 'all', Prefix: 'dev/' }],
    ['a part of the stage', { ...expiry, ID: 'all', Filter: { And: { Prefix: 'dev/nova', Tags: [] } } }],
    [
      'everything on a day',
      { ...expiry, ID: 'all', Expiration: { Date: new Date() }, Filter: { Prefix: '' } },
    ],
  ])('is warned of when a rule deletes current objects: %s', async (_, rule) => {
    const settings = withRules(rule);

    const { warnings } = await makeStateBucket(bucketFixture(settings).client, adopted);

    expect(warnings).toContainEqual(
      expect.stringMatching(/The lifecycle rule all deletes current objects, .* state of stage dev/),
    );
    await expect(makeStateBucket(bucketFixture(settings).client, state)).rejects.toThrow(
      /did not create it.*The lifecycle rule all deletes/,
    );
  });

  it.each([
    ['is switched off', { ...expiry, Status: 'Disabled', Filter: {} }],
    ['covers another prefix', { ...expiry, Filter: { Prefix: 'reports/' } }],
    [
      'deletes replaced objects',
      { Status: 'Enabled', Filter: {}, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
    ],
    ['deletes markers', { Status: 'Enabled', Filter: {}, Expiration: { ExpiredObjectDeleteMarker: true } }],
  ])('is not warned of when a rule %s', async (_, rule) => {
    const { warnings } = await makeStateBucket(bucketFixture(withRules(rule)).client, adopted);

    expect(warnings.filter((warning) => warning.includes('lifecycle'))).toEqual([]);
  });
});

describe('a bucket that cannot be used', () => {
  it.each([
    ['read', { HeadBucket: awsError('Forbidden', 403) }],
    ['created', { ...none, CreateBucket: awsError('BucketAlreadyExists', 409) }],
  ])('because another account owns it is reported when it cannot be %s', async (_, answers) => {
    const { client, calls } = scripted(answers);

    const making = makeStateBucket(client, state);

    await expect(making).rejects.toThrow(UserError);
    await expect(making).rejects.toThrow(/nova-state belongs to another account.* STATE_BUCKET=/);
    expect(calls.some(({ name }) => name.startsWith('Put'))).toBe(false);
  });

  it('because it is in another region is reported', async () => {
    const { client } = scripted({ HeadBucket: awsError('Unknown', 301) });

    await expect(makeStateBucket(client, state)).rejects.toThrow(
      /nova-state is in another region: .* STATE_BUCKET=/,
    );
  });

  it('because its settings cannot be read is not changed', async () => {
    const { client, changed } = bucketFixture(oldBucket, { GetBucketPolicy: awsError('AccessDenied', 403) });

    await expect(makeStateBucket(client, state)).rejects.toThrow('AccessDenied');
    expect(changed()).toEqual([]);
  });
});
