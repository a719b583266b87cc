import { describe, expect, it } from 'vitest';
import { isWrite, requirementsOf } from './actions.ts';

const place = { region: 'eu-west-1', accountId: '000000000000' };
const arn = (name: string) => `arn:aws:dynamodb:eu-west-1:000000000000:table/${name}`;

describe('the permissions of a request', () => {
  it.each([
    ['PutItem', { TableName: 'a' }, [['dynamodb:PutItem', arn('a')]]],
    ['Query', { TableName: 'a', IndexName: 'i' }, [['dynamodb:Query', arn('a/index/i')]]],
    ['GetItem', { TableName: arn('a') }, [['dynamodb:GetItem', arn('a')]]],
    [
      'BatchWriteItem',
      { RequestItems: { a: [], b: [] } },
      [
        ['dynamodb:BatchWriteItem', arn('a')],
        ['dynamodb:BatchWriteItem', arn('b')],
      ],
    ],
    [
      'TransactWriteItems',
      {
        TransactItems: [
          { Put: { TableName: 'a' } },
          { ConditionCheck: { TableName: 'b' } },
          { Delete: { TableName: 'c' } },
        ],
      },
      [
        ['dynamodb:PutItem', arn('a')],
        ['dynamodb:ConditionCheckItem', arn('b')],
        ['dynamodb:DeleteItem', arn('c')],
      ],
    ],
    ['ListTables', {}, [['dynamodb:ListTables', '*']]],
  ])('are derived from the request: %s', (operation, input, expected) => {
    const requirements = requirementsOf(`DynamoDB_20120810.${operation}`, input, place);

    expect(requirements.map(({ action, resource }) => [action, resource])).toEqual(expected);
  });

  it('name streams by their own ARN', () => {
    const StreamArn = `${arn('a')}/stream/x`;

    expect(requirementsOf('DynamoDBStreams_20120810.DescribeStream', { StreamArn }, place)).toEqual([
      { action: 'dynamodb:DescribeStream', resource: StreamArn },
    ]);
  });

  it.each(['ExecuteStatement', 'CreateTable', ''])('do not exist for %s, which is refused', (operation) => {
    expect(() => requirementsOf(`DynamoDB_20120810.${operation}`, {}, place)).toThrow(/does not take/);
  });

  it('distinguish writes from reads', () => {
    expect(['PutItem', 'TransactWriteItems', 'Query', 'GetItem'].map((name) => isWrite(`D.${name}`))).toEqual(
      [true, true, false, false],
    );
  });
});
