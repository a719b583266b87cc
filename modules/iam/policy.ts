/** One statement of an IAM policy, identity or resource based. */
export interface Statement {
  readonly sid: string;
  /** `Allow` when absent. */
  readonly effect?: 'Deny';
  /** Only in resource policies. */
  readonly principal?: '*' | Readonly<Record<string, string>>;
  readonly actions: readonly string[];
  /** ARNs; absent only in resource policies that take none, such as those of ECR repositories. */
  readonly resources?: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy document, as literal JSON so that a plan shows the whole document. */
export const policyJson = (statements: readonly Statement[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(({ sid, effect, principal, actions, resources, conditions }) => ({
      Sid: sid,
      Effect: effect ?? 'Allow',
      ...(principal ? { Principal: principal } : {}),
      Action: actions,
      ...(resources ? { Resource: resources } : {}),
      ...(conditions ? { Condition: conditions } : {}),
    })),
  });

/** A trust policy: lets an AWS service assume a role, under conditions if there are any. */
export const trust = (service: string, conditions?: NonNullable<Statement['conditions']>) =>
  policyJson([
    {
      sid: 'ServiceTakesTheRole',
      principal: { Service: service },
      actions: ['sts:AssumeRole'],
      ...(conditions ? { conditions } : {}),
    },
  ]);

/** Denies requests without TLS. */
export const onlyWithTls = (actions: readonly string[], resources: readonly string[]): Statement => ({
  sid: 'OnlyWithTls',
  effect: 'Deny',
  principal: '*',
  actions,
  resources,
  conditions: { Bool: { 'aws:SecureTransport': 'false' } },
});
