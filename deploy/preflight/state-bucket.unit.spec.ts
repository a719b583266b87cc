import { describe, expect, it } from 'vitest';
import { awsError, scripted } from '../testing/scripted.ts';
import { expectStateBucket, findStateBucket } from './state-bucket.ts';

const account = '123456789012';
const dev = { stage: 'dev', region: 'eu-west-1' };
const stage = { prefix: 'nova-dev', region: 'eu-west-1', stateBucket: undefined };
const named = 'nova-dev-state-123456789012-eu-west-1';
const older = 'nova-dev-terraform-state';

/** An S3 in which the account owns these buckets; each other one answers with a status. */
const s3With = (own: readonly string[], status = 404) =>
  scripted({
    HeadBucket: ({ Bucket, ExpectedBucketOwner }: { Bucket: string; ExpectedBucketOwner: string }) =>
      ExpectedBucketOwner === account && own.includes(Bucket) ? {} : awsError('NotFound', status)(),
  });

describe('the bucket of the state', () => {
  it('has the account and the region in its name', async () => {
    expect(await findStateBucket(s3With([]).client, stage, account)).toBe(named);
    expect(await findStateBucket(s3With([named, older]).client, stage, account)).toBe(named);
  });

  it('of an older release is kept', async () => {
    expect(await findStateBucket(s3With([older]).client, stage, account)).toBe(older);
  });

  it('of an older release is not used when another account owns the name', async () => {
    expect(await findStateBucket(s3With([], 403).client, stage, account)).toBe(named);
  });

  it('that STATE_BUCKET names is used without a question', async () => {
    const { client, calls } = s3With([named]);

    expect(await findStateBucket(client, { ...stage, stateBucket: 'ours' }, account)).toBe('ours');
    expect(calls).toEqual([]);
  });

  it('is not chosen when S3 does not answer', async () => {
    await expect(findStateBucket(s3With([], 500).client, stage, account)).rejects.toThrow('NotFound');
  });

  it('that does not exist is named with the command that creates it, in the stage’s region', async () => {
    const missing = (region: string) =>
      expectStateBucket(s3With([]).client, 'ours', { stage: 'dev', region }, account);

    await expect(missing('ap-northeast-1')).rejects.toThrow(
      '`make bootstrap STAGE=dev REGION=ap-northeast-1`',
    );
    await expect(missing('us-east-1')).rejects.toThrow('`make bootstrap STAGE=dev`');
  });

  // A bucket of another account may be open to everybody, and its owner would read the state.
  it('must belong to the account', async () => {
    const { client, calls } = s3With(['ours']);

    await expectStateBucket(client, 'ours', dev, account);
    await expect(expectStateBucket(client, 'ours', dev, '999999999999')).rejects.toThrow(/does not exist/);
    expect(calls[0]?.input).toEqual({ Bucket: 'ours', ExpectedBucketOwner: account });
  });
});
