import { functionNames } from '@nova/shared/functions';
import { describe, expect, it } from 'vitest';
import { findingsIn } from '../../../review/checks/all.ts';
import { describeFinding } from '../../../review/checks/check.ts';
import { type Resource, statementsOf } from '../../../review/synthesized-stack.ts';
import { synthesize } from '../testing/synthesize.ts';

/** Production with every protection that costs something. */
const synthesis = synthesize('prod', { PIPELINE_REPOSITORY: 'nova/platform' }, (settings) => ({
  ...settings,
  ...{ firewall: true, ownKey: true, accessLogs: true },
}));
const { platform, pipeline } = synthesis;
const documents = ({ values }: Resource) => statementsOf(values.policy);

describe('production with every protection', () => {
  it('passes every check, those of AWS’s table of actions included', () => {
    const { settings, ...stacks } = synthesis;
    const findings = Object.values(stacks).flatMap((stack) =>
      findingsIn(stack, { watched: settings.monitoring.alarms }),
    );

    expect(findings.map(describeFinding)).toEqual([]);
  });
});

describe('the own key', () => {
  it('encrypts the table of streams’ keys alone, and rotates', () => {
    const key = platform.the('aws_kms_key');
    const encrypted = platform
      .of('aws_dynamodb_table')
      .filter(({ values }) => values.server_side_encryption !== undefined);

    expect(key.values).toMatchObject({ enable_key_rotation: true, deletion_window_in_days: 30 });
    expect(encrypted.map(({ values }) => values.name)).toEqual(['nova-stream-keys']);
    expect(encrypted[0]?.values.server_side_encryption).toEqual({
      enabled: true,
      kms_key_arn: `\${${key.address}.arn}`,
    });
  });

  it('can be used by functions through DynamoDB alone', () => {
    const uses = platform
      .of('aws_iam_role_policy')
      .flatMap(documents)
      .filter(({ Action }) => JSON.stringify(Action).includes('kms:'));

    expect(uses).toHaveLength(functionNames.length);
    for (const { Action, Condition } of uses) {
      expect([Action].flat()).toEqual(['kms:Decrypt']);
      expect(Condition).toEqual({ StringEquals: { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' } });
    }
  });

  it('of another stage is out of reach of the workflows', () => {
    const statements = (pipeline?.of('aws_iam_policy') ?? [])
      .flatMap(documents)
      .filter(({ Resource: resources }) => JSON.stringify(resources).includes(':key/'));

    expect(statements.length).toBeGreaterThan(2);
    for (const { Condition } of statements) {
      // A key that is being created has no tag yet.
      expect({ ...Condition?.StringEquals, ...Condition?.StringEqualsIfExists }).toMatchObject({
        'aws:ResourceTag/Stage': 'prod',
      });
    }
  });
});

describe('access logs', () => {
  it('of both buckets go to a private one, which only S3 writes to and which forgets them', () => {
    const logs = platform.one('aws_s3_bucket', {
      bucket: `nova-access-logs-\${data.aws_caller_identity.account.account_id}-us-east-1`,
    });
    const about = (type: string) =>
      platform.of(type).find(({ values }) => String(values.bucket).includes(logs.address));
    const targets = platform.of('aws_s3_bucket_logging').map(({ values }) => values);

    expect(targets.map(({ target_prefix }) => target_prefix).sort()).toEqual(['content/', 'failures/']);
    for (const { target_bucket } of targets) expect(String(target_bucket)).toContain(logs.address);
    expect(JSON.stringify(about('aws_s3_bucket_lifecycle_configuration')?.values)).toContain('"days":90');
    const policy = documents(about('aws_s3_bucket_policy') as Resource);
    const delivery = policy.find(({ Effect }) => Effect === 'Allow');
    expect(delivery?.Principal).toEqual({ Service: 'logging.s3.amazonaws.com' });
    expect(Object.keys(delivery?.Condition ?? {}).sort()).toEqual(['ArnLike', 'StringEquals']);
  });
});

it('a stage has none of them by default', () => {
  const { platform: plain } = synthesize('prod');

  for (const type of ['aws_kms_key', 'aws_s3_bucket_logging', 'aws_wafv2_web_acl']) {
    expect(plain.of(type)).toEqual([]);
  }
});
