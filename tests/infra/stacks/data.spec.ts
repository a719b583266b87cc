import { type TableName, tableNames, tables } from '@nova/shared/tables';
import { vectorIndex } from '@nova/shared/vectors';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Resource, statementsOf } from '../../../review/synthesized-stack.ts';
import { type Synthesis, synthesize } from '../testing/synthesize.ts';

let dev: Synthesis;
let prod: Synthesis;
beforeAll(() => {
  dev = synthesize('dev');
  prod = synthesize('prod');
});

describe('tables', () => {
  it.each(tableNames)('%s matches the contract, and is billed on demand', (name: TableName) => {
    const { partitionKey, sortKey, stream, ttl } = tables[name];

    const { values } = dev.platform.one('aws_dynamodb_table', { name: `nova-dev-${name}` });

    expect(values).toMatchObject({
      billing_mode: 'PAY_PER_REQUEST',
      hash_key: partitionKey,
      range_key: sortKey,
      attribute: [
        { name: partitionKey, type: 'S' },
        { name: sortKey, type: 'S' },
      ],
    });
    expect(values.stream_view_type).toBe(stream ?? undefined);
    expect(values.stream_enabled).toBe(stream ? true : undefined);
    expect(values.ttl).toEqual(ttl ? { enabled: true, attribute_name: ttl } : undefined);
  });

  it('have backups and cannot be deleted in production', () => {
    for (const { values } of prod.platform.of('aws_dynamodb_table')) {
      expect(values).toMatchObject({
        deletion_protection_enabled: true,
        point_in_time_recovery: { enabled: true },
      });
    }
  });

  it('keep erased data in backups for a week at most', () => {
    const recovery = (name: TableName) =>
      prod.platform.one('aws_dynamodb_table', { name: `nova-${name}` }).values.point_in_time_recovery;

    for (const name of tableNames.filter((one) => one !== 'event-store')) {
      expect(recovery(name)).toEqual({ enabled: true, recovery_period_in_days: 7 });
    }
    expect(recovery('event-store')).toEqual({ enabled: true, recovery_period_in_days: 35 });
  });
});

describe('buckets', () => {
  const beside = (bucket: Resource, type: string) =>
    dev.platform
      .of(type)
      .filter(({ values }) => dev.platform.referred(values.bucket).address === bucket.address);

  it.each(['content', 'failures'])('%s is private, encrypted, owned and reached over TLS only', (name) => {
    const bucket = dev.platform.of('aws_s3_bucket').find(({ path }) => path.includes(`/${name}/`));
    if (!bucket) throw new Error(`no bucket ${name}`);

    expect(beside(bucket, 'aws_s3_bucket_public_access_block')[0]?.values).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(beside(bucket, 'aws_s3_bucket_ownership_controls')[0]?.values.rule).toEqual({
      object_ownership: 'BucketOwnerEnforced',
    });
    expect(beside(bucket, 'aws_s3_bucket_server_side_encryption_configuration')[0]?.values.rule).toEqual([
      { apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } },
    ]);
    expect(statementsOf(beside(bucket, 'aws_s3_bucket_policy')[0]?.values.policy)).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Action: ['s3:*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ]);
    const rules = beside(bucket, 'aws_s3_bucket_lifecycle_configuration')[0]?.values.rule;
    expect(rules).toContainEqual(
      expect.objectContaining({
        status: 'Enabled',
        abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
      }),
    );
  });

  it('are two, for content and for failures', () => {
    expect(dev.platform.of('aws_s3_bucket')).toHaveLength(2);
  });

  it('of content notify EventBridge, and accept uploads from a browser on the developer’s machine', () => {
    const notification = dev.platform.the('aws_s3_bucket_notification');
    const cors = dev.platform.the('aws_s3_bucket_cors_configuration');

    expect(notification.values.eventbridge).toBe(true);
    expect(cors.values.cors_rule).toMatchObject([
      { allowed_methods: ['GET', 'PUT'], allowed_origins: ['http://localhost:*', 'http://127.0.0.1:*'] },
    ]);
    expect(prod.platform.of('aws_s3_bucket_cors_configuration')).toEqual([]);
  });

  it('keep quarantined commits until they are redriven', () => {
    const [lifecycle] = prod.platform
      .of('aws_s3_bucket_lifecycle_configuration')
      .filter(({ path }) => path.includes('/failures/'));
    const rules = lifecycle?.values.rule as object[];

    expect(rules).toHaveLength(1);
    expect(rules[0]).not.toHaveProperty('expiration');
  });

  it('are not emptied by a destroy in production', () => {
    for (const { values } of prod.platform.of('aws_s3_bucket')) expect(values.force_destroy).toBe(false);
  });
});

describe('vectors', () => {
  it('have the index of the contract, with text that is not filterable', () => {
    const index = dev.platform.the('aws_s3vectors_index');

    expect(index.values).toMatchObject({
      dimension: vectorIndex.dimension,
      distance_metric: 'cosine',
      data_type: 'float32',
      metadata_configuration: [{ non_filterable_metadata_keys: ['text'] }],
    });
  });
});

describe('the registry', () => {
  it('keeps immutable images and scans them', () => {
    const repository = dev.registry.the('aws_ecr_repository');

    expect(repository.values).toMatchObject({
      name: 'nova-dev-agent-core',
      image_tag_mutability: 'IMMUTABLE',
      image_scanning_configuration: { scan_on_push: true },
    });
    expect(dev.registry.of('aws_ecr_lifecycle_policy')).toHaveLength(1);
  });

  it('lets agent-core of this account and stage pull, and no other function', () => {
    const policy = dev.registry.the('aws_ecr_repository_policy');

    const [statement, ...others] = statementsOf(policy.values.policy);

    expect(others).toEqual([]);
    expect(statement).toMatchObject({
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    });
    const arn = /^arn:aws:lambda:us-east-1:\$\{[^}]*account_id\}:function:nova-dev-agent-core(:\*)?$/;
    expect(statement?.Condition).toEqual({
      ArnLike: { 'aws:SourceArn': [expect.stringMatching(arn), expect.stringMatching(arn)] },
    });
  });
});
