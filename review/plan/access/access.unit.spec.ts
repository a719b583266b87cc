import { describe, expect, it } from 'vitest';
import { allow, type PlanInput, policy, rendered, reviewed, roleMay } from '../testing/plan-builder.ts';

const rolePolicy = 'aws_iam_role_policy.functions_audio-handler_role_policy_5ECC48C0';
const store = 'aws_dynamodb_table.data_tables_event-store_D90A074C';
const storeArn = 'arn:aws:dynamodb:us-east-1:123456789012:table/nova-dev-event-store';
const known = { name: 'nova-dev-event-store', arn: storeArn };
const unchangedStore = { [store]: { before: known, after: known, actions: ['no-op'] } };

const accessIn = (input: PlanInput) =>
  /## Permissions\n\n([\s\S]*?)(?=\n## |$)/.exec(rendered(input))?.[1]?.trim();

describe('permissions', () => {
  it('are those that a function gains and loses, not those that stay', () => {
    const access = accessIn({
      changes: {
        ...unchangedStore,
        [rolePolicy]: {
          before: roleMay(allow(['dynamodb:Query', 'dynamodb:Scan'], storeArn)),
          after: roleMay(allow(['dynamodb:PutItem', 'dynamodb:Query'], storeArn)),
        },
      },
    });

    expect(access).toBe(
      [
        '`audio-handler` may no longer:',
        '- `dynamodb:Scan` on table event-store',
        '`audio-handler` may now:',
        '- `dynamodb:PutItem` on table event-store',
      ].join('\n\n'),
    );
  });

  it('name an action on several resources once', () => {
    const other = storeArn.replace('event-store', 'read-model');
    const access = accessIn({
      changes: {
        ...unchangedStore,
        [rolePolicy]: {
          after: roleMay(allow(['dynamodb:Query'], storeArn), allow(['dynamodb:Query'], other)),
        },
      },
    });

    expect(access).toContain('- `dynamodb:Query` on dynamodb table/nova-dev-read-model, table event-store');
  });

  it('of a boundary need another policy to grant them', () => {
    const access = accessIn({
      changes: {
        ...unchangedStore,
        'aws_iam_policy.boundary': {
          after: { name: 'nova-dev-boundary', policy: policy(allow(['dynamodb:Query'], storeArn)) },
        },
      },
    });

    expect(access).toContain(
      'every principal with managed policy boundary as its boundary, if a policy also grants it, may now:\n\n- `dynamodb:Query` on table event-store',
    );
  });

  it('are known although the names in a policy are known only after apply', () => {
    const template = policy(
      allow('dynamodb:Query', `\${${store}.arn}`),
      allow('dynamodb:GetRecords', `\${${store}.stream_arn}`),
    );
    const access = accessIn({
      changes: {
        [store]: { after: { name: 'nova-dev-event-store' }, unknown: { arn: true, stream_arn: true } },
        [rolePolicy]: { after: { role: 'nova-dev-audio-handler' }, unknown: { policy: true } },
      },
      configured: { [rolePolicy]: { policy: template } },
    });

    expect(access).toContain('- `dynamodb:Query` on table event-store');
    expect(access).toContain('- `dynamodb:GetRecords` on stream of table event-store');
  });

  it('do not change when only the form of a policy or of a name changes', () => {
    const { access } = reviewed({
      changes: {
        ...unchangedStore,
        [rolePolicy]: {
          before: roleMay(allow('dynamodb:Query', storeArn)),
          after: { role: 'nova-dev-audio-handler' },
          unknown: { policy: true },
        },
      },
      configured: { [rolePolicy]: { policy: policy(allow(['dynamodb:Query'], [`\${${store}.arn}`])) } },
    });

    expect(access).toEqual({ gained: [], lost: [], unknown: [] });
  });

  it('name the stream of a table, from its ARN or from a reference', () => {
    const stream = { ...known, stream_arn: `${storeArn}/stream/2026-11-26T20:00:00.000` };
    const { access } = reviewed({
      changes: {
        [store]: { before: stream, after: known, unknown: { stream_arn: true } },
        [rolePolicy]: {
          before: roleMay(allow('dynamodb:GetRecords', stream.stream_arn)),
          after: { role: 'nova-dev-audio-handler' },
          unknown: { policy: true },
        },
      },
      configured: {
        [rolePolicy]: { policy: policy(allow('dynamodb:GetRecords', `\${${store}.stream_arn}`)) },
      },
    });

    expect(access).toEqual({ gained: [], lost: [], unknown: [] });
  });

  it('contain values that were read from the account', () => {
    const account = 'data.aws_caller_identity.account';
    const topicPolicy = 'aws_sns_topic_policy.watch_topic_policy_00000000';
    const change = (id: string) =>
      policy(
        allow('sns:Publish', '*', {
          Principal: { Service: 'budgets.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': id } },
        }),
      );
    const { access } = reviewed({
      changes: {
        [topicPolicy]: { before: { policy: change('123456789012') }, after: {}, unknown: { policy: true } },
      },
      configured: { [topicPolicy]: { policy: change(`\${${account}.account_id}`) } },
      read: { [account]: { account_id: '123456789012' } },
    });

    expect(access).toEqual({ gained: [], lost: [], unknown: [] });
  });

  it('are listed as unknown when a policy is known only after apply', () => {
    const change = { after: { role: 'nova-dev-audio-handler' }, unknown: { policy: true } };

    expect(accessIn({ changes: { [rolePolicy]: change } })).toBe(
      '- policy of role audio-handler: known only after apply',
    );
  });

  it('contain conditions, denials and exceptions', () => {
    const denial = {
      Effect: 'Deny',
      NotAction: 's3:GetObject',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:PrincipalTag/team': ['a', 'b'] } },
    };

    expect(accessIn({ changes: { [rolePolicy]: { after: roleMay(denial) } } })).toBe(
      '`audio-handler` is now denied:\n\n- all but s3:GetObject on everything, when aws:PrincipalTag/team is not a or b',
    );
  });

  it('name the principals that may assume a role', () => {
    const assume_role_policy = policy({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'lambda.amazonaws.com', AWS: 'arn:aws:iam::210987654321:root' },
    });
    const role = { name: 'nova-dev-audio-handler', assume_role_policy };
    const access = accessIn({ changes: { 'aws_iam_role.x_00000000': { after: role } } });

    expect(access).toBe(
      [
        'account 210987654321 may now:',
        '- `sts:AssumeRole` on role audio-handler',
        'service lambda.amazonaws.com may now:',
        '- `sts:AssumeRole` on role audio-handler',
      ].join('\n\n'),
    );
  });

  it('name the principal and the source that may call a function', () => {
    const rule = 'aws_cloudwatch_event_rule.rules_uploads_rule_FA08525B';
    const permission = 'aws_lambda_permission.rules_uploads_permission_C9A45DE3';
    const access = accessIn({
      changes: {
        [rule]: { after: { name: 'nova-dev-uploads' }, unknown: { arn: true } },
        [permission]: {
          after: {
            action: 'lambda:InvokeFunction',
            function_name: 'nova-dev-event-handler',
            principal: 'events.amazonaws.com',
          },
          unknown: { source_arn: true },
        },
      },
      configured: { [permission]: { source_arn: `\${${rule}.arn}` } },
    });

    expect(access).toBe(
      'service events.amazonaws.com may now:\n\n- `lambda:InvokeFunction` on function event-handler, when called by rule uploads',
    );
  });
});
