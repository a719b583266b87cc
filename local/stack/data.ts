import type { AwsLocation } from '../contracts.ts';
import { ExpressionError } from './syntax.ts';

type DataSource = (
  values: Readonly<Record<string, unknown>>,
  location: AwsLocation,
) => Record<string, unknown>;

/** Data sources the local platform can answer without an account. */
const sources: Readonly<Record<string, DataSource>> = {
  aws_caller_identity: (_, { accountId }) => ({
    id: accountId,
    account_id: accountId,
    arn: `arn:aws:iam::${accountId}:root`,
    user_id: accountId,
  }),
  aws_iam_role: ({ name }, { accountId }) => ({
    id: name,
    arn: `arn:aws:iam::${accountId}:role/${String(name)}`,
  }),
  aws_region: (_, { region }) => ({ id: region, name: region, region }),
  aws_partition: () => ({ id: 'aws', partition: 'aws', dns_suffix: 'amazonaws.com' }),
  aws_iam_policy_document: (values) => ({ json: policyDocument(values) }),
};

/**
 * The attributes of a data source, with its arguments.
 * @throws ExpressionError for a data source without a local answer
 */
export function readData(type: string, values: Readonly<Record<string, unknown>>, location: AwsLocation) {
  const source = sources[type];
  if (!source) throw new ExpressionError(`the data source ${type} has no local answer`);
  return { ...values, ...source(values, location) };
}

type Block = Readonly<Record<string, unknown>>;
const blocks = (value: unknown): Block[] => (value === undefined ? [] : ([value].flat() as Block[]));

function policyDocument(values: Block): string {
  return JSON.stringify({
    Version: values.version ?? '2012-10-17',
    Statement: blocks(values.statement).map(statement),
  });
}

function statement(block: Block): Record<string, unknown> {
  const principals = blocks(block.principals).map(({ type, identifiers }) => [type, identifiers]);
  const conditions: Record<string, Record<string, unknown>> = {};
  for (const { test, variable, values } of blocks(block.condition)) {
    conditions[String(test)] = { ...conditions[String(test)], [String(variable)]: values };
  }
  return {
    ...(block.sid ? { Sid: block.sid } : {}),
    Effect: block.effect ?? 'Allow',
    ...(block.actions ? { Action: block.actions } : {}),
    ...(block.not_actions ? { NotAction: block.not_actions } : {}),
    ...(block.resources ? { Resource: block.resources } : {}),
    ...(block.not_resources ? { NotResource: block.not_resources } : {}),
    ...(principals.length > 0 ? { Principal: Object.fromEntries(principals) } : {}),
    ...(Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
  };
}
