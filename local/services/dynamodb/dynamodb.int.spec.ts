// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform writes its expressions so
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  BatchWriteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsError, type AwsRequest, type Caller, type InvokeResult } from '../../contracts.ts';
import { Warden } from '../../process/warden.ts';
import { type PlatformFixture, platformFixture, until } from '../../testing/platform-fixture.ts';
import { DynamoDb, type DynamoDbDependencies } from './dynamodb.ts';
import { type Engine, startEngine } from './engine/engine.ts';
import type { StreamRecord } from './streams/reader.ts';
import { createTables } from './tables.ts';

const resources = {
  aws_dynamodb_table: {
    t: {
      name: 'events',
      hash_key: 'pk',
      range_key: 'sk',
      attribute: [
        { name: 'pk', type: 'S' },
        { name: 'sk', type: 'S' },
      ],
      stream_enabled: true,
      stream_view_type: 'NEW_IMAGE',
      ttl: { enabled: true, attribute_name: 'ttl' },
    },
  },
  aws_s3_bucket: { b: { bucket: 'failures' } },
};
const mapping = {
  event_source_arn: '${aws_dynamodb_table.t.stream_arn}',
  function_name: 'arn:aws:lambda:us-east-1:000000000000:function:projector',
  starting_position: 'TRIM_HORIZON',
  batch_size: 10,
  bisect_batch_on_function_error: true,
  maximum_retry_attempts: 1,
  function_response_types: ['ReportBatchItemFailures'],
  destination_config: { on_failure: { destination_arn: '${aws_s3_bucket.b.arn}' } },
};

let fixture: PlatformFixture;
let warden: Warden;
let engine: Engine;
let database: DynamoDb | undefined;
let server: Server;
let client: DynamoDBClient;
let batches: StreamRecord[][];
let written: [string, string][];
let answer: (records: StreamRecord[]) => InvokeResult;
let authorise: Caller['authorise'];
const fatal: Error[] = [];

beforeEach(async () => {
  fixture = platformFixture();
  warden = new Warden();
  batches = [];
  written = [];
  authorise = () => {};
  answer = () => ({ kind: 'payload', payload: null });
  await startEngineAgain();
  server = createServer((request, response) => {
    const caller: Caller = { principalArn: 'test', authorise: (...request) => authorise(...request) };
    database?.service.handle(request as unknown as AwsRequest, response, caller).catch((error: AwsError) => {
      response.writeHead(error.status ?? 500, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: error.code, message: error.message }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = clientOf();
});
afterEach(async () => {
  client.destroy();
  server.close();
  server.closeAllConnections();
  await database?.close();
  database = undefined;
  await engine.close();
  warden.close();
  fixture.dispose();
});

const clientOf = (more: DynamoDBClientConfig = {}) =>
  new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    ...more,
  });

const startEngineAgain = async () => {
  engine = await startEngine({
    dataDirectory: fixture.dataDirectory,
    environment: {},
    warden,
    logger: fixture.logger,
    onFatal: (error) => fatal.push(error),
  });
};

async function open(change: object = {}, options: Partial<DynamoDbDependencies> = {}): Promise<void> {
  database = await DynamoDb.open({
    stack: fixture.stack({ ...resources, aws_lambda_event_source_mapping: { m: { ...mapping, ...change } } }),
    engine,
    dataDirectory: fixture.dataDirectory,
    logger: fixture.logger,
    invoke: async (_, payload) => {
      const { Records } = payload as { Records: StreamRecord[] };
      batches.push(Records);
      return answer(Records);
    },
    destinations: () => ({
      events: { publish: () => {} },
      queues: { send: () => {} },
      objects: {
        read: async () => undefined,
        write: async (bucket, key, body) =>
          void written.push([`${bucket}/${key}`, Buffer.from(body).toString()]),
      },
    }),
    authorise: () => {},
    matches: () => true,
    ...options,
  });
  database.start();
}

const put = (pk: string, sk: string, more: Record<string, { N: string }> = {}) =>
  client.send(new PutItemCommand({ TableName: 'events', Item: { pk: { S: pk }, sk: { S: sk }, ...more } }));
const checkpointCount = () => {
  const file = new DatabaseSync(join(fixture.dataDirectory, 'streams.db'), { readOnly: true });
  const row = file.prepare('SELECT COUNT(*) AS count FROM checkpoints').get();
  file.close();
  return row?.count;
};
const keys = (records: StreamRecord[]) =>
  records.map(({ dynamodb }) => (dynamodb.Keys as { sk: { S: string } }).sk.S);
const delivered = () => batches.flatMap(keys);

describe('the tables', () => {
  it('are created from the stack, once, and accept the stack’s names', async () => {
    await open();
    await database?.close();
    await open();

    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'events' }));

    expect(Table?.TableArn).toBe('arn:aws:dynamodb:us-east-1:000000000000:table/events');
    expect(Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' });
  });

  it('check the permissions for each part of a request before any effect', async () => {
    await open();
    const authorised: string[] = [];
    authorise = (action, resource) => {
      authorised.push(`${action} ${resource.split(':').at(-1)}`);
      if (action === 'dynamodb:DeleteItem') throw new AwsError('AccessDeniedException', 403, 'not allowed');
    };
    const key = { pk: { S: 'p' }, sk: { S: 's' } };

    const transaction = client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: 'events', Item: key } },
          { Delete: { TableName: 'events', Key: key } },
        ],
      }),
    );

    await expect(transaction).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(authorised).toEqual(['dynamodb:PutItem table/events', 'dynamodb:DeleteItem table/events']);
    const { Item } = await client.send(new GetItemCommand({ TableName: 'events', Key: key }));
    expect(Item).toBeUndefined();
  });

  it('keep their data when the engine is killed, and are available again by themselves', async () => {
    await open();
    await put('p', 's');
    const pid = [...warden.watched][0] ?? 0;

    process.kill(pid, 'SIGKILL');
    const { Item } = await client.send(
      new GetItemCommand({ TableName: 'events', Key: { pk: { S: 'p' }, sk: { S: 's' } } }),
    );

    expect(Item).toEqual({ pk: { S: 'p' }, sk: { S: 's' } });
    expect(fixture.messages.join()).toMatch(/engine ended \(SIGKILL\) and is started again/);
    expect(fatal).toEqual([]);
  });

  it('stop the platform when the engine keeps crashing', async () => {
    for (let kills = 0; fatal.length === 0 && kills < 10; kills++) {
      const [pid] = await until('an engine', () => warden.watched.size > 0 && [...warden.watched]);
      process.kill(pid ?? 0, 'SIGKILL');
      await until('its end', () => !warden.watched.has(pid ?? 0));
    }

    expect(fatal.pop()?.message).toMatch(
      /engine ended 6 times within a minute \(SIGKILL\); see .*dynamodb\.log/,
    );
  });

  it('can be in a running server, which keeps running', async () => {
    const options = {
      dataDirectory: fixture.dataDirectory,
      warden,
      logger: fixture.logger,
      onFatal: () => {},
    };
    const theirs = await startEngine({
      ...options,
      environment: { DYNAMODB_ENDPOINT: engine.client.endpoint.href },
    });

    await createTables(fixture.stack(resources), theirs.client);
    await theirs.close();

    expect(theirs.description).toBe(engine.client.endpoint.href);
    await expect(engine.client.call('DynamoDB_20120810.ListTables', {})).resolves.toEqual({
      TableNames: ['events'],
    });
  });

  it('refuse data with other keys than the stack’s', async () => {
    await open();
    const stack = fixture.stack({
      aws_dynamodb_table: { t: { name: 'events', hash_key: 'id', attribute: [{ name: 'id', type: 'S' }] } },
    });

    const opening = DynamoDb.open({ stack, engine } as unknown as DynamoDbDependencies);

    await expect(opening).rejects.toThrow(/events in the data directory has other keys.*DATA=/);
  });
});

describe('a stream', () => {
  it('reaches the function at once, as records of AWS’s format', async () => {
    await open();
    await put('p', '1');

    const [[record] = []] = await until('the record', () => batches.length > 0 && batches, 500);

    expect(record).toEqual({
      eventID: expect.any(String),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { pk: { S: 'p' }, sk: { S: '1' } },
        NewImage: { pk: { S: 'p' }, sk: { S: '1' } },
        SequenceNumber: expect.any(String),
        SizeBytes: expect.any(Number),
        StreamViewType: 'NEW_IMAGE',
      },
      eventSourceARN: 'arn:aws:dynamodb:us-east-1:000000000000:table/events/stream/2026-01-01T00:00:00.000',
    });
  });

  it('is delivered in order, in batches of the stack’s size, and continues after a restart', async () => {
    await open();
    const items = (from: number) =>
      Array.from({ length: 25 }, (_, index) => ({
        PutRequest: { Item: { pk: { S: 'p' }, sk: { S: String(from + index) } } },
      }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { events: items(100) } }));
    await until('all of the first', () => delivered().length === 25);
    await database?.close();
    await engine.close();
    await startEngineAgain();
    await open();
    await client.send(new BatchWriteItemCommand({ RequestItems: { events: items(200) } }));

    await until('all of the second', () => delivered().length === 50);

    expect(delivered()).toEqual([...items(100), ...items(200)].map(({ PutRequest }) => PutRequest.Item.sk.S));
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(10);
  });

  it('puts a poisonous record, whole, into the failure bucket and continues', async () => {
    answer = (records) => {
      const bad = records.find(({ dynamodb }) => (dynamodb.Keys as { sk: { S: string } }).sk.S === 'bad');
      return bad
        ? {
            kind: 'payload',
            payload: { batchItemFailures: [{ itemIdentifier: bad.dynamodb.SequenceNumber }] },
          }
        : { kind: 'payload', payload: { batchItemFailures: [] } };
    };
    await open();
    for (const sk of ['a', 'bad', 'c']) await put('p', sk);

    const [[key = '', body = ''] = []] = await until('the failure', () => written.length > 0 && written);
    await until('what follows', () => delivered().includes('c'));

    expect(key).toMatch(
      /^failures\/aws\/lambda\/[0-9a-f-]{36}\/shardId-[^/]+\/\d{4}\/\d\d\/\d\d\/.*Z?-[0-9a-f-]{36}$/,
    );
    const record = JSON.parse(body);
    expect(record).toMatchObject({
      version: '1.0',
      requestContext: { condition: 'RetryAttemptsExhausted', functionArn: mapping.function_name },
      DDBStreamBatchInfo: { batchSize: 1, streamArn: expect.stringContaining('table/events/stream/') },
    });
    expect(keys(JSON.parse(record.payload).Records)).toEqual(['bad']);
    expect(delivered().filter((sk) => sk === 'bad').length).toBeGreaterThanOrEqual(2);
  });

  it('includes deletions by time to live, as DynamoDB’s own', async () => {
    await open({}, { sweepMs: 50 });
    await put('p', 'old', { ttl: { N: '1000' } });

    const removal = await until('the removal', () =>
      batches.flat().find(({ eventName }) => eventName === 'REMOVE'),
    );

    expect(removal.userIdentity).toEqual({ type: 'Service', principalId: 'dynamodb.amazonaws.com' });
  });

  it('skips earlier records when it starts at the latest, also after a restart', async () => {
    await open({ enabled: false });
    await put('p', 'before');
    await database?.close();
    await open({ starting_position: 'LATEST' });
    await until('the poller to have skipped it', () => checkpointCount() === 1);
    await database?.close();
    await open({ starting_position: 'LATEST' });
    await put('p', 'after');

    await until('the later one', () => delivered().includes('after'));

    expect(delivered()).toEqual(['after']);
  });

  it('requires the permission that it needs on AWS', async () => {
    await open(
      {},
      {
        authorise: (_, action) => {
          throw new Error(`${action} is not allowed`);
        },
      },
    );

    expect(fixture.messages.join()).toMatch(
      /mapping\.m does not run, as it would not on AWS: dynamodb:DescribeStream/,
    );
  });
});

describe('faults on demand', () => {
  const key = { pk: { S: 'p' }, sk: { S: 's' } };
  const get = () => client.send(new GetItemCommand({ TableName: 'events', Key: key, ConsistentRead: true }));
  const transact = () =>
    client.send(
      new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: 'events', Item: key } }] }),
    );
  /** Without the SDK's own retries, which would hide the fault. */
  const tryOnce = () => {
    client.destroy();
    client = clientOf({ maxAttempts: 1 });
  };

  it.each([
    ['throttle', { name: 'ProvisionedThroughputExceededException', $metadata: { httpStatusCode: 400 } }],
    ['error', { name: 'InternalServerError', $metadata: { httpStatusCode: 500 } }],
    ['conflict', { name: 'TransactionConflictException', $metadata: { httpStatusCode: 400 } }],
    ['timeout', { code: 'ECONNRESET' }],
  ] as const)('%s fails before any effect', async (fault, error) => {
    await open();
    tryOnce();
    database?.faults.set({ [fault]: 1 });

    await expect(put('p', 's')).rejects.toMatchObject(error);
    database?.faults.set({});

    expect((await get()).Item).toBeUndefined();
    expect(database?.faults.counts).toEqual({ [fault]: 1 });
  });

  it.each([
    ['throttle', 'ThrottlingError'],
    ['conflict', 'TransactionConflict'],
  ] as const)('%s cancels a transaction with its reason', async (fault, Code) => {
    await open();
    database?.faults.set({ [fault]: 1 });

    await expect(transact()).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code }],
    });
  });

  it('lost drops the response after the engine has done its work, and the stream has the record', async () => {
    await open();
    tryOnce();
    database?.faults.set({ lost: 1 });

    await expect(put('p', 's')).rejects.toMatchObject({ code: 'ECONNRESET' });
    database?.faults.set({});

    expect((await get()).Item).toEqual(key);
    await until('the record', () => delivered().length > 0);
    expect(delivered()).toEqual(['s']);
  });

  it('conflict does not affect reads', async () => {
    await open();
    database?.faults.set({ conflict: 1 });

    expect((await get()).Item).toBeUndefined();
    expect(database?.faults.counts).toEqual({});
  });

  it('at low rates are survived by the SDK’s own retries', async () => {
    await open();
    database?.faults.set({ throttle: 0.1, error: 0.1, lost: 0.1, seed: 3 });

    for (let n = 0; n < 20; n++) await put('p', String(n));
    database?.faults.set({});

    await until('all records', () => new Set(delivered()).size === 20);
  });
});
