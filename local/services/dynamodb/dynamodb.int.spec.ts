import { DescribeTableCommand, GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../contracts.ts';
import { until } from '../../testing/platform-fixture.ts';
import { DynamoDb, type DynamoDbDependencies } from './dynamodb.ts';
import { startEngine } from './engine/engine.ts';
import { createTables } from './tables.ts';
import { dynamodbFixture, resources } from './testing/dynamodb-fixture.ts';

const db = dynamodbFixture();

describe('the tables', () => {
  it('are created from the stack, once, and accept the stack’s names', async () => {
    await db.open();
    await db.database?.close();
    await db.open();

    const { Table } = await db.client.send(new DescribeTableCommand({ TableName: 'events' }));

    expect(Table?.TableArn).toBe('arn:aws:dynamodb:us-east-1:000000000000:table/events');
    expect(Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' });
  });

  it('check the permissions for each part of a request before any effect', async () => {
    await db.open();
    const authorised: string[] = [];
    db.authorise = (action, resource) => {
      authorised.push(`${action} ${resource.split(':').at(-1)}`);
      if (action === 'dynamodb:DeleteItem') throw new AwsError('AccessDeniedException', 403, 'not allowed');
    };
    const key = { pk: { S: 'p' }, sk: { S: 's' } };

    const transaction = db.client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: 'events', Item: key } },
          { Delete: { TableName: 'events', Key: key } },
        ],
      }),
    );

    await expect(transaction).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(authorised).toEqual(['dynamodb:PutItem table/events', 'dynamodb:DeleteItem table/events']);
    const { Item } = await db.client.send(new GetItemCommand({ TableName: 'events', Key: key }));
    expect(Item).toBeUndefined();
  });

  it('keep their data when the engine is killed, and are available again by themselves', async () => {
    await db.open();
    await db.put('p', 's');
    const pid = [...db.warden.watched][0] ?? 0;
    const address = db.engine.client.endpoint.href;

    process.kill(pid, 'SIGKILL');
    const { Item } = await db.client.send(
      new GetItemCommand({ TableName: 'events', Key: { pk: { S: 'p' }, sk: { S: 's' } } }),
    );

    expect(Item).toEqual({ pk: { S: 'p' }, sk: { S: 's' } });
    expect(db.platform.messages.join()).toMatch(/engine ended \(SIGKILL\) and is started again/);
    // Another process may have taken its ports.
    expect(db.engine.client.endpoint.href).not.toBe(address);
    expect(db.fatal).toEqual([]);
  });

  it('stop the platform when the engine keeps crashing', async () => {
    for (let kills = 0; db.fatal.length === 0 && kills < 10; kills++) {
      const [pid] = await until('an engine', () => db.warden.watched.size > 0 && [...db.warden.watched]);
      process.kill(pid ?? 0, 'SIGKILL');
      await until('its end', () => !db.warden.watched.has(pid ?? 0));
    }

    // One that finds its ports taken by another process ends by itself.
    expect(db.fatal.pop()?.message).toMatch(
      /engine ended 6 times within a minute \((?:SIGKILL|exit status \d+)\); see .*dynamodb\.log/,
    );
  });

  it('can be in a running server, which keeps running', async () => {
    const options = {
      dataDirectory: db.platform.dataDirectory,
      warden: db.warden,
      logger: db.platform.logger,
      onFatal: () => {},
    };
    const theirs = await startEngine({
      ...options,
      environment: { DYNAMODB_ENDPOINT: db.engine.client.endpoint.href },
    });

    await createTables(db.platform.stack(resources), theirs.client);
    await theirs.close();

    expect(theirs.description).toBe(db.engine.client.endpoint.href);
    await expect(db.engine.client.call('DynamoDB_20120810.ListTables', {})).resolves.toEqual({
      TableNames: ['events'],
    });
  });

  it('refuse data with other keys than the stack’s', async () => {
    await db.open();
    const stack = db.platform.stack({
      aws_dynamodb_table: { t: { name: 'events', hash_key: 'id', attribute: [{ name: 'id', type: 'S' }] } },
    });

    const opening = DynamoDb.open({ stack, engine: db.engine } as unknown as DynamoDbDependencies);

    await expect(opening).rejects.toThrow(/events in the data directory has other keys.*DATA=/);
  });
});
