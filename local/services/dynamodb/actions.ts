import { AwsError, type AwsLocation } from '../../contracts.ts';

/** One thing a request does: an IAM action on an ARN. */
export interface Requirement {
  readonly action: string;
  readonly resource: string;
}

type Input = Readonly<Record<string, unknown>>;

/** Operations on one table or one of its indexes. */
const onTable = new Set([
  'DeleteItem',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
]);
const onNothing = new Set(['ListTables', 'DescribeLimits', 'DescribeEndpoints']);
/** The action that each part of a transaction is authorised as. */
const transactionActions: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  ConditionCheck: 'ConditionCheckItem',
};

/**
 * The permissions that a request needs.
 * @param target `DynamoDB_20120810.Query`
 * @throws AwsError for an operation that the local platform does not support
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function requirementsOf(target: string, input: Input, location: AwsLocation): Requirement[] {
  const [api = '', operation = ''] = target.split('.');
  const action = `dynamodb:${operation}`;
  if (api.startsWith('DynamoDBStreams')) {
    return [
      {
        action,
        resource: String(input.StreamArn ?? `arn:aws:dynamodb:${location.region}:${location.accountId}:*`),
      },
    ];
  }
  if (onNothing.has(operation)) return [{ action, resource: '*' }];
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') {
    const tables = Object.keys((input.RequestItems as object | undefined) ?? {});
    return tables.map((name) => ({ action, resource: tableArn(name, location) }));
  }
  if (operation === 'TransactWriteItems' || operation === 'TransactGetItems') {
    return transaction(input.TransactItems, location);
  }
  if (onTable.has(operation)) {
    const resource = tableArn(String(input.TableName ?? ''), location);
    return [{ action, resource: input.IndexName ? `${resource}/index/${input.IndexName}` : resource }];
  }
  throw new AwsError(
    'UnknownOperationException',
    400,
    `The local platform does not take DynamoDB's ${operation || target}: tables come from the stack, and PartiQL is not run.`,
  );
}

function transaction(items: unknown, location: AwsLocation): Requirement[] {
  const parts = Array.isArray(items) ? items : [];
  return parts.flatMap((part: Readonly<Record<string, Input>>) =>
    Object.entries(part).map(([kind, { TableName }]) => ({
      action: `dynamodb:${transactionActions[kind] ?? kind}`,
      resource: tableArn(String(TableName), location),
    })),
  );
}

const tableArn = (name: string, { region, accountId }: AwsLocation) =>
  name.startsWith('arn:') ? name : `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;

const writes = /\.(PutItem|UpdateItem|DeleteItem|BatchWriteItem|TransactWriteItems)$/;

/** Whether a request may put records on a stream. */
export const isWrite = (target: string) => writes.test(target);
