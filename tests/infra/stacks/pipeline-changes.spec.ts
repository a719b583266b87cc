import { describe, expect, it } from 'vitest';
import { statementsOf } from '../../../review/synthesized-stack.ts';
import { synthesize } from '../testing/synthesize.ts';

const { pipeline = expect.fail('no pipeline') } = synthesize('staging', {
  PIPELINE_REPOSITORY: 'nova@1/platform@2',
});
const deployRole = pipeline.one('aws_iam_role', { name: 'nova-staging-deploy' });
const granted = pipeline
  .of('aws_iam_role_policy_attachment')
  .filter(({ values }) => pipeline.referred(values.role).address === deployRole.address)
  .flatMap(({ values }) => statementsOf(pipeline.referred(values.policy_arn).values.policy));
const granting = (action: string) => granted.filter(({ Action }) => Action.includes(action));

describe('the deploy role', () => {
  it('may pass the stage’s roles only to the services that the stage gives roles to', () => {
    const passing = granted.filter(({ Action }) =>
      Action.some((action) => /^iam:(?:PassRole|\*)/.test(action)),
    );

    expect(passing).toHaveLength(1);
    expect(passing[0]?.Action).toEqual(['iam:PassRole']);
    expect(passing[0]?.Condition).toEqual({
      StringEquals: {
        'iam:PassedToService': ['lambda.amazonaws.com', 'codedeploy.amazonaws.com'],
      },
    });
  });

  // That it may do nothing else with that role: tests/infra/pipeline/account-logging.spec.ts.
  it('passes the role of logs to API Gateway, where the stage owns that setting of the account', () => {
    const { pipeline: owner = expect.fail('no pipeline') } = synthesize('staging', {
      PIPELINE_REPOSITORY: 'nova@1/platform@2',
      ACCOUNT_LOGGING: 'own',
    });
    const passing = owner
      .of('aws_iam_policy')
      .flatMap(({ values }) => statementsOf(values.policy))
      .filter(({ Action, Sid }) => Action.includes('iam:PassRole') && Sid !== 'HandOver');

    expect(passing).toHaveLength(2);
    expect(passing[1]).toMatchObject({
      Action: ['iam:PassRole'],
      Resource: [expect.stringMatching(/:role\/nova-staging-account-logging$/)],
      Condition: { StringEquals: { 'iam:PassedToService': ['apigateway.amazonaws.com'] } },
    });
  });

  // What Terraform's AWS provider calls when one of these resources is created, changed or destroyed.
  it.each([
    [
      /:guardrail\/\*$/,
      ['bedrock:UpdateGuardrail', 'bedrock:DeleteGuardrail', 'bedrock:CreateGuardrailVersion'],
    ],
    [
      /:regional\/webacl\/nova-staging[^/]*\/\*$/,
      [
        'wafv2:CreateWebACL',
        'wafv2:UpdateWebACL',
        'wafv2:DeleteWebACL',
        'wafv2:AssociateWebACL',
        'wafv2:DisassociateWebACL',
      ],
    ],
    [/:regional\/managedruleset\/\*$/, ['wafv2:CreateWebACL', 'wafv2:UpdateWebACL']],
    [/::\/restapis\/\*\/stages\/\*$/, ['wafv2:AssociateWebACL', 'wafv2:DisassociateWebACL']],
    [
      /:sns:[^/]*:nova-staging-[\w-]+$/,
      ['sns:CreateTopic', 'sns:DeleteTopic', 'sns:SetTopicAttributes', 'sns:Subscribe', 'sns:TagResource'],
    ],
  ])('may change %s with %j', (arn, actions) => {
    for (const action of actions) {
      const resources = granting(action).flatMap(({ Resource = [] }) => Resource);
      expect([action, resources.some((resource) => arn.test(resource))]).toEqual([action, true]);
    }
  });

  it('may create what has no name yet, and end a subscription', () => {
    for (const action of ['bedrock:CreateGuardrail', 'sns:Unsubscribe'])
      expect(granting(action)).toHaveLength(1);
  });
});
