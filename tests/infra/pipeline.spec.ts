import { describe, expect, it } from 'vitest';
import { statementsOf } from '../../review/synthesized-stack.ts';
import { synthesize } from './synthesize.ts';

const ofRepository = { PIPELINE_REPOSITORY: 'nova@1/platform@2', STATE_BUCKET: 'state-of-all' };
const { registry } = synthesize('staging', ofRepository);
const role = (name: string) => registry.one('aws_iam_role', { name: `nova-staging-${name}` });
/** Source: IAM guide, "IAM and AWS STS quotas": characters of a managed policy. */
const mostCharacters = 6144;
const accountId = '123456789012';

const policiesOf = (name: string) =>
  registry
    .of('aws_iam_role_policy_attachment')
    .filter(({ values }) => registry.referred(values.role).address === role(name).address)
    .map(({ values }) => registry.referred(values.policy_arn));
const actionsOf = (name: string) =>
  policiesOf(name).flatMap(({ values }) => statementsOf(values.policy).flatMap(({ Action }) => Action));

describe('the roles of workflows', () => {
  it('are there only for a repository that is named', () => {
    expect(synthesize('staging').registry.of('aws_iam_role')).toEqual([]);
    expect(registry.of('aws_iam_role')).toHaveLength(2);
    expect(Object.keys(registry.file.output ?? {})).toEqual(
      expect.arrayContaining(['plan_role_arn', 'deploy_role_arn']),
    );
  });

  it.each([
    ['plan', ['repo:nova@1/platform@2:pull_request', 'repo:nova@1/platform@2:ref:refs/heads/main']],
    ['deploy', ['repo:nova@1/platform@2:environment:staging']],
  ])('%s is taken by runs of %j alone', (name, subjects) => {
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

  it('plan changes nothing but the lock, and reads nothing that users said or uploaded', () => {
    const changing = actionsOf('plan').filter((action) => !/:(Get|List|Describe|View|GET)/.test(action));
    expect(changing).toEqual(['s3:PutObject', 's3:DeleteObject']);
    const reading = policiesOf('plan').flatMap(({ values }) => statementsOf(values.policy));
    for (const { Action, Resource } of reading) {
      if (Action.includes('s3:GetObject')) expect(Resource).toEqual(['arn:aws:s3:::state-of-all/staging/*']);
      expect(Action).not.toContain('dynamodb:GetItem');
      expect(Action).not.toContain('logs:GetLogEvents');
    }
  });

  it('reach nothing of another stage that has a name', () => {
    for (const { values } of policiesOf('deploy')) {
      for (const { Sid, Resource = [] } of statementsOf(values.policy)) {
        const unnamed = Resource.filter(
          (arn) => !/nova-staging|state-of-all\/staging\//.test(arn) && arn !== 'arn:aws:s3:::state-of-all',
        );
        if (unnamed.length === 0) continue;
        expect(Sid).toMatch(/Functions|Rollouts|TheApi|Firewalls|Guardrails|CannotBeNamed/);
      }
    }
    for (const arn of actionsOf('deploy')) expect(arn).not.toBe('*');
  });

  it('may not widen themselves', () => {
    const own = ['plan', 'deploy'].map((name) => `role/nova-staging-${name}`);
    for (const { values } of policiesOf('deploy')) {
      for (const { Action, Resource = [] } of statementsOf(values.policy)) {
        if (!Action.some((action) => /^iam:(?!Get|List)/.test(action))) continue;
        expect(Resource.filter((arn) => arn.includes('*') || own.some((role) => arn.endsWith(role)))).toEqual(
          [],
        );
      }
    }
  });

  it('have policies that AWS takes', () => {
    for (const { values } of policiesOf('deploy')) {
      const text = String(values.policy).replaceAll(/\$\{[^}]*\}/g, accountId);
      expect(text.length).toBeLessThanOrEqual(mostCharacters);
    }
  });
});
