import { describe, expect, it } from 'vitest';
import { statementsOf } from '../../../review/synthesized-stack.ts';
import { synthesize } from '../testing/synthesize.ts';

const ofRepository = { PIPELINE_REPOSITORY: 'nova@1/platform@2', STATE_BUCKET: 'state-of-all' };
const { pipeline = expect.fail('no pipeline') } = synthesize('staging', ofRepository);
const role = (name: string) => pipeline.one('aws_iam_role', { name: `nova-staging-${name}` });
/** Source: IAM guide, "IAM and AWS STS quotas": characters of a managed policy. */
const mostCharacters = 6144;
const accountId = '123456789012';

const policiesOf = (name: string) =>
  pipeline
    .of('aws_iam_role_policy_attachment')
    .filter(({ values }) => pipeline.referred(values.role).address === role(name).address)
    .map(({ values }) => pipeline.referred(values.policy_arn));
const grantedTo = (name: string) => policiesOf(name).flatMap(({ values }) => statementsOf(values.policy));
const actionsOf = (name: string) => grantedTo(name).flatMap(({ Action }) => Action);

describe('the roles of workflows', () => {
  it('exist only when a repository is set, in their own stack', () => {
    expect(synthesize('staging').pipeline).toBeUndefined();
    const { registry, platform } = synthesize('staging', ofRepository);
    const named = [registry, platform].flatMap((stack) =>
      stack.of('aws_iam_role').map(({ values }) => values.name),
    );
    expect(named).not.toContain('nova-staging-plan');
    expect(named).not.toContain('nova-staging-deploy');
    expect(pipeline.of('aws_iam_role')).toHaveLength(2);
  });

  it.each([
    ['plan', ['repo:nova@1/platform@2:pull_request', 'repo:nova@1/platform@2:ref:refs/heads/main']],
    ['deploy', ['repo:nova@1/platform@2:environment:staging']],
  ])('%s can be assumed by runs of %j only', (name, subjects) => {
    const [trust, ...others] = statementsOf(role(name).values.assume_role_policy);

    expect(others).toEqual([]);
    expect(trust).toMatchObject({
      Principal: {
        Federated: expect.stringMatching(/:oidc-provider\/token\.actions\.githubusercontent\.com$/),
      },
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub': subjects,
        },
      },
    });
  });

  it('for the plan of production cannot be assumed by a pull request: its author could read API keys', () => {
    const { pipeline: prod = expect.fail('no pipeline') } = synthesize('prod', ofRepository);
    const trust = statementsOf(prod.one('aws_iam_role', { name: 'nova-plan' }).values.assume_role_policy);

    expect(trust[0]?.Condition?.StringEquals).toMatchObject({
      'token.actions.githubusercontent.com:sub': ['repo:nova@1/platform@2:ref:refs/heads/main'],
    });
  });

  // That Terraform needs no other permission for the state: tests/infra/pipeline.
  it('for plans change nothing but the lock, and read no data of users', () => {
    const objects = (action: string) =>
      grantedTo('plan').flatMap(({ Action, Resource = [] }) => (Action.includes(action) ? Resource : []));
    const states = ['registry', 'platform'].map(
      (stack) => `arn:aws:s3:::state-of-all/staging/nova-${stack}.tfstate`,
    );
    const locks = states.map((state) => `${state}.tflock`);

    const changing = actionsOf('plan').filter((action) => !/:(Get|List|Describe|View|GET)/.test(action));
    expect(changing).toEqual(['s3:PutObject', 's3:DeleteObject']);
    for (const action of changing) expect(objects(action)).toEqual(locks);
    const records = ['apply', 'rollout'].map((name) => `arn:aws:s3:::state-of-all/staging/${name}.json`);
    expect(objects('s3:GetObject').sort()).toEqual([...states, ...locks, ...records].sort());
    for (const { Action } of grantedTo('plan')) {
      expect(Action).not.toContain('dynamodb:GetItem');
      expect(Action).not.toContain('logs:GetLogEvents');
    }
  });

  it('reach only resources with the name of the stage, except where AWS has no names', () => {
    const nameless = grantedTo('deploy')
      .flatMap(({ Resource = [] }) => Resource)
      .filter(
        (arn) =>
          !/[:/](?:aws\/(?:lambda|apigateway)\/)?nova-staging(?:[-/]|$)|^arn:aws:s3:::state-of-all\/staging\/nova-/.test(
            arn,
          ),
      )
      .map((arn) => arn.replaceAll(/\$\{[^}]*\}/g, accountId));

    expect([...new Set(nameless)].sort()).toEqual(
      [
        '*',
        'arn:aws:s3:::state-of-all',
        'arn:aws:s3:::state-of-all/staging/apply.json',
        'arn:aws:s3:::state-of-all/staging/rollout.json',
        `arn:aws:lambda:us-east-1:${accountId}:event-source-mapping:*`,
        `arn:aws:codedeploy:us-east-1:${accountId}:deploymentconfig:CodeDeployDefault.Lambda*`,
        // The conditions that tell the stages apart here: tests/infra/pipeline/stages-apart.spec.ts.
        ...[
          '/restapis',
          '/restapis/*',
          '/apikeys',
          '/apikeys/*',
          '/usageplans',
          '/usageplans/*',
          '/tags/*',
        ].map((path) => `arn:aws:apigateway:us-east-1::${path}`),
        'arn:aws:apigateway:us-east-1::/restapis/*/requestvalidators',
        'arn:aws:apigateway:us-east-1::/restapis/*/requestvalidators/*',
        'arn:aws:apigateway:us-east-1::/restapis/*/stages/*',
        `arn:aws:bedrock:us-east-1:${accountId}:guardrail/*`,
        `arn:aws:wafv2:us-east-1:${accountId}:regional/managedruleset/*`,
        `arn:aws:cloudwatch:us-east-1:${accountId}:alarm:*`,
        `arn:aws:iam::${accountId}:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway`,
      ].sort(),
    );
    for (const action of actionsOf('deploy')) expect(action).not.toBe('*');
  });

  // The names of production are prefixes of all others.
  it('of production do not reach other stages either', () => {
    const { pipeline: prod = expect.fail('no pipeline') } = synthesize('prod', ofRepository);
    const policies = prod.of('aws_iam_policy').filter(({ values }) => /-pipeline-/.test(String(values.name)));
    expect(policies.length).toBeGreaterThan(3);
    for (const { values } of policies) {
      for (const { Resource = [] } of statementsOf(values.policy)) {
        for (const arn of Resource) expect(arn).not.toMatch(/nova-?\*/);
      }
    }
  });

  it('cannot extend their own permissions', () => {
    const own = ['role/nova-staging-plan', 'role/nova-staging-deploy', 'policy/nova-staging-'];
    for (const { Action, Resource = [] } of grantedTo('deploy')) {
      // Nor the state that contains the permissions of people who run Terraform.
      if (Action.includes('s3:PutObject')) {
        expect(Resource.filter((arn) => /state-of-all.*(?:pipeline|\/\*)/.test(arn))).toEqual([]);
      }
      if (!Action.some((action) => /^iam:(?!Get|List)/.test(action))) continue;
      expect(Resource.filter((arn) => arn.includes('*') || own.some((mine) => arn.includes(mine)))).toEqual(
        [],
      );
    }
  });

  it('grant permissions only within the boundary, and remove no boundary', () => {
    const gives = /^iam:(?:CreateRole|PutRolePolicy|DeleteRolePolicy|PutRolePermissionsBoundary|Attach.*)$/;
    const all = grantedTo('deploy');
    const bounded = all.filter(({ Condition }) => {
      const allowed = [Condition?.StringEquals?.['iam:PermissionsBoundary'] ?? []].flat();
      return (
        allowed.length > 0 &&
        allowed.every((arn) => /:policy\/nova-staging-(?:services-)?boundary$/.test(String(arn)))
      );
    });
    const free = all.filter((statement) => !bounded.includes(statement));

    expect(bounded.flatMap(({ Action }) => Action).filter((action) => gives.test(action))).toHaveLength(4);
    expect(free.flatMap(({ Action }) => Action).filter((action) => gives.test(action))).toEqual([]);
    expect(actionsOf('deploy')).not.toContain('iam:DeleteRolePermissionsBoundary');
  });

  // Reads of the stage's own resources may have wildcards: the provider reads each attribute with an action of its own.
  it('name every action that changes something', () => {
    const patterns = actionsOf('deploy').filter((action) => action.includes('*'));

    expect(patterns.filter((action) => !/:(?:Get|List|Describe)[A-Z]?[a-z]*\*$/.test(action))).toEqual([]);
  });

  // The longest name of a stage makes the longest policies.
  it.each(['prod', 'staging', 'a-stage-of-sixteen'.slice(0, 16)])(
    'have policies that AWS accepts: %s',
    (stage) => {
      const { pipeline: stack = expect.fail('no pipeline') } = synthesize(stage, ofRepository);
      for (const { values } of stack.of('aws_iam_policy')) {
        const text = String(values.policy).replaceAll(/\$\{[^}]*\}/g, accountId);
        expect([values.name, text.length > mostCharacters]).toEqual([values.name, false]);
      }
    },
  );
});
