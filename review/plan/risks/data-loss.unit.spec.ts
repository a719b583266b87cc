import { describe, expect, it } from 'vitest';
import { rendered, reviewed } from '../testing/plan-builder.ts';

const store = 'aws_dynamodb_table.data_tables_event-store_D90A074C';
const table = { name: 'nova-dev-event-store', hash_key: 'pk' };

describe('data loss', () => {
  const replaced = {
    changes: {
      'aws_lambda_function.functions_audio-handler_function_33A54F00': {
        before: { function_name: 'nova-dev-audio-handler', memory_size: 256 },
        after: { function_name: 'nova-dev-audio-handler', memory_size: 512 },
      },
      [store]: {
        before: table,
        after: { ...table, hash_key: 'id' },
        replacePaths: [['hash_key']],
        reason: 'replace_because_cannot_update',
      },
    },
  };

  it('comes first, with the content of the resource, the reason and the remedy', () => {
    const page = rendered(replaced);
    const [first] = page.match(/^## .*/m) ?? [];

    expect(first).toBe('## DATA WOULD BE LOST');
    expect(page).toContain('**⛔ DATA WOULD BE LOST: 1 resource.**');
    expect(page).toContain('**table event-store** would be destroyed and created again, empty');
    expect(page).toContain('It holds: every event');
    expect(page).toContain('Why: `hash_key` cannot be changed in place.');
    expect(page).toMatch(/What to do: Undo the change; or copy the data/);
  });

  it('is also reported when the replacement is created first', () => {
    const [, [address, change] = ['', {}]] = Object.entries(replaced.changes);
    const review = reviewed({ changes: { [address]: { ...change, actions: ['create', 'delete'] } } });

    expect(review.losses).toHaveLength(1);
  });

  it.each([
    [
      'aws_s3_bucket.data_content_bucket_531E58AA',
      { bucket: 'nova-dev-content-123456789012-us-east-1' },
      'uploaded files',
    ],
    ['aws_s3vectors_index.data_vectors_index_CA2367D4', { index_name: 'nova-dev-content' }, 'vectors'],
    [
      'aws_sqs_queue.functions_dead-letters_queue_EB4AF619',
      { name: 'nova-dev-event-handler-dead-letters' },
      'dead letters',
    ],
    ['aws_cloudwatch_log_group.api_stage_logs_7909E649', { name: '/aws/apigateway/nova-dev-api' }, 'logs'],
    [
      'aws_cloudwatch_event_archive.bus_archive_A2D36810',
      { name: 'nova-dev-domain-events' },
      'domain events',
    ],
    ['aws_ecr_repository.agent-image_repository_5A0F3C11', { name: 'nova-dev-agent-core' }, 'images'],
    ['aws_api_gateway_api_key.api-keys_developer_E2D185D4', { name: 'nova-dev-developer' }, 'a tenant'],
    ['aws_kms_key.data_key_00000000', { description: 'Encrypts' }, 'decrypt'],
  ])('is reported for %s', (address, before, holds) => {
    const [loss] = reviewed({ changes: { [address]: { before } } }).losses;

    expect(loss?.holds).toContain(holds);
    expect(loss?.remedy).not.toBe('');
  });

  it('is not reported when a resource is only forgotten or holds no data', () => {
    const { losses } = reviewed({
      changes: {
        [store]: { before: table, actions: ['forget'] },
        'aws_iam_role.x_00000000': { before: { name: 'nova-dev-x' } },
      },
    });

    expect(losses).toEqual([]);
  });
});

describe('safeguards', () => {
  it('are listed when a plan reduces them', () => {
    const { weakened } = reviewed({
      changes: {
        [store]: {
          before: {
            ...table,
            deletion_protection_enabled: true,
            point_in_time_recovery: [{ enabled: true, recovery_period_in_days: 35 }],
          },
          after: {
            ...table,
            deletion_protection_enabled: false,
            point_in_time_recovery: [{ enabled: true, recovery_period_in_days: 7 }],
          },
        },
        'aws_cloudwatch_log_group.api_stage_logs_7909E649': {
          before: { name: 'logs', retention_in_days: 0 },
          after: { name: 'logs', retention_in_days: 14 },
        },
        'aws_iam_role.functions_audio-handler_role_7909E649': {
          before: {
            name: 'nova-dev-audio-handler',
            permissions_boundary: 'arn:aws:iam::123456789012:policy/b',
          },
          after: { name: 'nova-dev-audio-handler', permissions_boundary: null },
        },
        'aws_s3_bucket.data_content_bucket_531E58AA': {
          before: { bucket: 'nova-dev-content-123456789012-us-east-1', force_destroy: false },
          after: { bucket: 'nova-dev-content-123456789012-us-east-1', force_destroy: true },
        },
      },
    });

    expect(weakened).toEqual([
      'table event-store: deletion protection on → off',
      'table event-store: days of point-in-time recovery 35 → 7',
      'log group logs: days of log retention for ever → 14',
      'role audio-handler: permissions boundary on → off',
      'bucket content: protection from being destroyed with its content on → off',
    ]);
  });
});
