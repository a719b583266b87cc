import { accessLogsBucketOf, contentBucketOf, failureBucketOf, stateBucketOf } from '@nova/shared/naming';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSettings, regionOf, SettingsError } from '../../../modules/settings.ts';
import { synthesize } from '../testing/synthesize.ts';

/** The longest name with the prefix. S3: bucket names have 3 to 63 characters. */
const longestBucket = (prefix: string) =>
  [accessLogsBucketOf, contentBucketOf, failureBucketOf, stateBucketOf]
    .map((bucketOf) => bucketOf(prefix, '123456789012', 'ap-northeast-1'))
    .reduce((longest, name) => (name.length > longest.length ? name : longest));

describe('settings', () => {
  it('are those of dev by default', () => {
    expect(readSettings({})).toMatchObject({ stage: 'dev', prefix: 'nova-dev', region: 'us-east-1' });
    expect(readSettings({ STAGE: '' })).toEqual(readSettings({ STAGE: 'dev' }));
  });

  it('are stricter in production, where names have no stage', () => {
    const { prefix, protection } = readSettings({ STAGE: 'prod' });

    expect(prefix).toBe('nova');
    expect(protection).toEqual({ pointInTimeRecovery: true, deletionProtection: true, forceDestroy: false });
  });

  it('have their state in a bucket that only a signed-in command can name', () => {
    expect(readSettings({}).stateBucket).toBeUndefined();
    const { platform, pipeline } = synthesize('dev', { PIPELINE_REPOSITORY: 'nova/platform' });
    expect(platform.file.terraform.backend).toEqual({
      s3: expect.not.objectContaining({ bucket: expect.anything() }),
    });
    expect(JSON.stringify(pipeline?.file)).toContain(
      `arn:aws:s3:::nova-dev-state-\${data.aws_caller_identity.account.account_id}-us-east-1/dev/`,
    );
  });

  it('may have their state in another bucket', () => {
    expect(readSettings({ STATE_BUCKET: 'our-state' }).stateBucket).toBe('our-state');
  });

  it('have the region of REGION, with the models of its geography', () => {
    expect(readSettings({ REGION: 'ap-northeast-1' })).toMatchObject({
      region: 'ap-northeast-1',
      models: {
        chat: 'jp.anthropic.claude-sonnet-4-6',
        speech: 'amazon.nova-2-sonic-v1:0',
        video: 'jp.amazon.nova-2-lite-v1:0',
        embedding: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-2-multimodal-embeddings-v1:0',
      },
    });
    expect(readSettings({ REGION: '' })).toEqual(readSettings({ REGION: 'us-east-1' }));
  });

  it('of a stage may fix its region, and then refuse another', () => {
    expect(regionOf('tokyo', 'ap-northeast-1', undefined)).toBe('ap-northeast-1');
    expect(regionOf('tokyo', 'ap-northeast-1', 'ap-northeast-1')).toBe('ap-northeast-1');
    expect(() => regionOf('tokyo', 'ap-northeast-1', 'us-east-1')).toThrow(
      /REGION is "us-east-1", but stage tokyo is in ap-northeast-1 .* leave REGION out/,
    );
  });

  it('refuse a region that lacks something, with its name, and with the regions that have it', () => {
    const refused = () => readSettings({ REGION: 'eu-central-1' });

    expect(refused).toThrow(SettingsError);
    expect(refused).toThrow(
      'Stage dev cannot be in "eu-central-1", which lacks Nova 2 Sonic (amazon.nova-2-sonic-v1:0), offered in us-east-1, us-west-2, eu-north-1 and ap-northeast-1. Choose REGION=us-east-1, us-west-2, eu-north-1 or ap-northeast-1.',
    );
    expect(() => readSettings({ REGION: 'tokyo' })).toThrow(/"tokyo", which lacks anything that/);
  });

  it('refuse an unknown value for account logging', () => {
    expect(() => readSettings({ ACCOUNT_LOGGING: 'yes' })).toThrow(SettingsError);
    expect(() => readSettings({ ACCOUNT_LOGGING: 'yes' })).toThrow(
      /ACCOUNT_LOGGING is "yes".* own .* leave /,
    );
  });

  it.each(['Prod', 'my_stage', '1st', 'x', 'ends-', 'seventeen-letters', 'a b', '../prod'])(
    'refuse the stage %j with the valid format',
    (stage) => {
      expect(() => readSettings({ STAGE: stage })).toThrow(SettingsError);
      expect(() => readSettings({ STAGE: stage })).toThrow(/STAGE is .* STAGE=dev/);
    },
  );

  it('refuse a stage that makes a name too long for AWS', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/)), (stage) => {
        let prefix: string;
        try {
          ({ prefix } = readSettings({ STAGE: stage }));
        } catch (error) {
          return error instanceof SettingsError;
        }
        return /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(longestBucket(prefix));
      }),
      { numRuns: 500 },
    );
  });
});
