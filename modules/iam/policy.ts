/** One statement of an IAM policy, identity or resource based. */
export interface Statement {
  readonly sid: string;
  /** Allow unless said otherwise. */
  readonly effect?: 'Deny';
  /** Only in resource policies. */
  readonly principal?: '*' | Readonly<Record<string, string>>;
  readonly actions: readonly string[];
  /** ARNs; absent only in policies of resources that take none, such as ECR repositories. */
  readonly resources?: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy document. It is written as literal JSON so that a plan shows it whole. */
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

/** Lets an AWS service take a role. */
export const trust = (service: string) =>
  policyJson([{ sid: 'ServiceTakesTheRole', principal: { Service: service }, actions: ['sts:AssumeRole'] }]);

/** Refuses whatever comes without TLS. */
export const onlyWithTls = (actions: readonly string[], resources: readonly string[]): Statement => ({
  sid: 'OnlyWithTls',
  effect: 'Deny',
  principal: '*',
  actions,
  resources,
  conditions: { Bool: { 'aws:SecureTransport': 'false' } },
});
