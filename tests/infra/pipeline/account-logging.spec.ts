import { describe, expect, it } from 'vitest';
import { textOf } from '../../../local/stack/read.ts';
import { statementsOf } from '../../../review/synthesized-stack.ts';
import { synthesize } from '../testing/synthesize.ts';
import { named, StageFixture } from './stage-fixture.ts';

const owner = new StageFixture('prod', { ACCOUNT_LOGGING: 'own' });
const neighbour = new StageFixture('staging');
const pushToLogs = 'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';

/** What would give the deploy role the logs of the account: a role with AWS's policy, and a trust of its own. */
const takeovers = (stage: StageFixture, name: string) => {
  const role = stage.requests.role(name);
  return [
    ...stage.requests.onUntagged(role, ['iam:UpdateAssumeRolePolicy', 'iam:UpdateRole', 'iam:CreateRole']),
    ...stage.requests.onUntagged(role, ['iam:AttachRolePolicy'], { 'iam:PolicyARN': pushToLogs }),
    ...stage.requests.onUntagged(role, ['iam:PutRolePolicy', 'sts:AssumeRole']),
    ...stage.requests.onUntagged(
      role,
      ['iam:CreateRole', 'iam:PutRolePolicy'],
      stage.requests.boundedAs(role),
    ),
  ];
};

describe('the role by which API Gateway writes logs', () => {
  it.each([
    ['its owner', owner, 'nova-account-logging'],
    ['its owner, under the former name', owner, 'nova-api-gateway-logs'],
    ['another stage', neighbour, 'nova-account-logging'],
    ['another stage, under its own name', neighbour, 'nova-staging-account-logging'],
    ['another stage, under its own former name', neighbour, 'nova-staging-api-gateway-logs'],
  ])('can be neither created nor trusted by the workflows of %s', (_, stage, name) => {
    expect(named(takeovers(stage, name).filter((request) => stage.allows('deploy', request)))).toEqual([]);
  });

  it('is in the pipeline’s stack where workflows deploy the stage, and the account’s setting names it', () => {
    const roles = owner.pipeline.of('aws_iam_role').map((role) => textOf(role, 'arn'));
    const [account] = owner.platform.of('aws_api_gateway_account');

    expect(roles).toContain(owner.requests.role('nova-account-logging'));
    expect(account?.values.cloudwatch_role_arn).toBe(owner.requests.role('nova-account-logging'));
    expect(owner.platform.of('aws_iam_role').map((role) => textOf(role, 'name'))).not.toContain(
      'nova-api-gateway-logs',
    );
    expect(neighbour.pipeline.of('aws_iam_role')).toHaveLength(2);
  });

  it('stays in the platform’s stack where people deploy the stage', () => {
    const { platform } = synthesize('dev');
    const role = platform.one('aws_iam_role', { name: 'nova-dev-api-gateway-logs' });

    expect(platform.referred(platform.the('aws_api_gateway_account').values.cloudwatch_role_arn)).toEqual(
      role,
    );
  });

  it('of an earlier release can be deleted by the owner’s workflows', () => {
    const former = owner.requests.role('nova-api-gateway-logs');
    const reads = owner.requests.on(former, [
      'iam:GetRole',
      'iam:ListRolePolicies',
      'iam:ListAttachedRolePolicies',
    ]);
    const removal = [
      ...reads,
      ...owner.requests.on(former, ['iam:ListInstanceProfilesForRole', 'iam:DeleteRole']),
      ...owner.requests.onUntagged(former, ['iam:DetachRolePolicy'], { 'iam:PolicyARN': pushToLogs }),
    ];

    expect(named(reads.filter((request) => !owner.allows('plan', request)))).toEqual([]);
    expect(named(removal.filter((request) => !owner.allows('deploy', request)))).toEqual([]);
  });
});

it('only CodeDeploy for the stage’s own deployment groups takes the role of rollouts', () => {
  const { platform } = synthesize('prod');
  const role = platform.one('aws_iam_role', { name: 'nova-rollouts' });
  const [trust] = statementsOf(role.values.assume_role_policy);

  expect(trust?.Condition).toEqual({
    StringEquals: { 'aws:SourceAccount': expect.stringMatching(/account_id\}$/) },
    ArnLike: {
      'aws:SourceArn': expect.stringMatching(/^arn:aws:codedeploy:.*:deploymentgroup:nova-rollouts\/\*$/),
    },
  });
});
