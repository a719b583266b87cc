import { describe, expect, it } from 'vitest';
import { statementsOf } from '../../review/synthesized-stack.ts';
import { synthesize } from './synthesize.ts';

const { registry } = synthesize('staging', { GITHUB_REPOSITORY: 'nova/platform' });
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
    ['plan', ['repo:nova/platform:pull_request', 'repo:nova/platform:ref:refs/heads/main']],
    ['deploy', ['repo:nova/platform:environment:staging']],
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
      if (Action.includes('s3:GetObject'))
        expect(Resource?.every((arn) => arn.includes('terraform-state'))).toBe(true);
      expect(Action).not.toContain('dynamodb:GetItem');
      expect(Action).not.toContain('logs:GetLogEvents');
    }
  });

  it('reach nothing of another stage that has a name', () => {
    for (const { values } of policiesOf('deploy')) {
      for (const { Sid, Resource = [] } of statementsOf(values.policy)) {
        const unnamed = Resource.filter((arn) => !arn.includes('nova-staging'));
        if (unnamed.length === 0) continue;
        expect(Sid).toMatch(/Functions|Rollouts|TheApi|Firewalls|Guardrails|CannotBeNamed/);
      }
    }
    for (const arn of actionsOf('deploy')) expect(arn).not.toBe('*');
  });

  it('have policies that AWS takes', () => {
    for (const { values } of policiesOf('deploy')) {
      const text = String(values.policy).replaceAll(/\$\{[^}]*\}/g, accountId);
      expect(text.length).toBeLessThanOrEqual(mostCharacters);
    }
  });
});
