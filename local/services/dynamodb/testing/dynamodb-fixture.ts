// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform writes its expressions so
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient, type DynamoDBClientConfig, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach } from 'vitest';
import type { AwsError, AwsRequest, Caller, InvokeResult } from '../../../contracts.ts';
import { Warden } from '../../../process/warden.ts';
import { type PlatformFixture, platformFixture } from '../../../testing/platform-fixture.ts';
import { DynamoDb, type DynamoDbDependencies } from '../dynamodb.ts';
import { type Engine, startEngine } from '../engine/engine.ts';
import type { StreamRecord } from '../streams/reader.ts';

export const resources = {
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
export const mapping = {
  event_source_arn: '${aws_dynamodb_table.t.stream_arn}',
  function_name: 'arn:aws:lambda:us-east-1:000000000000:function:projector',
  starting_position: 'TRIM_HORIZON',
  batch_size: 10,
  bisect_batch_on_function_error: true,
  maximum_retry_attempts: 1,
  function_response_types: ['ReportBatchItemFailures'],
  destination_config: { on_failure: { destination_arn: '${aws_s3_bucket.b.arn}' } },
};

export const sortKeysOf = (records: readonly StreamRecord[]) =>
  records.map(({ dynamodb }) => (dynamodb.Keys as { sk: { S: string } }).sk.S);

/** The local DynamoDB over HTTP with one mapped function, for the tests of a file. */
export function dynamodbFixture() {
  let platform: PlatformFixture;
  let warden: Warden;
  let engine: Engine;
  let server: Server;
  const fatal: Error[] = [];
  const clientOf = (more: DynamoDBClientConfig = {}) =>
    new DynamoDBClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      ...more,
    });
  const startAgain = async () => {
    engine = await startEngine({
      dataDirectory: platform.dataDirectory,
      environment: {},
      warden,
      logger: platform.logger,
      onFatal: (error) => fatal.push(error),
    });
  };
  const db = {
    /** The function; by default it succeeds. */
    answer: succeed,
    /** The permissions of the caller; by default all. */
    authorise: anything,
    database: undefined as DynamoDb | undefined,
    client: undefined as unknown as DynamoDBClient,
    /** Batches that the function received. */
    batches: [] as StreamRecord[][],
    /** Objects that were written: `bucket/key` and content. */
    written: [] as [string, string][],
    /** Errors that stop the platform. */
    fatal,
    get platform() {
      return platform;
    },
    get warden() {
      return warden;
    },
    get engine() {
      return engine;
    },
    clientOf,
    startEngineAgain: startAgain,
    /** Opens the tables. @param change of the arguments of the mapping */
    async open(change: object = {}, options: Partial<DynamoDbDependencies> = {}): Promise<void> {
      db.database = await DynamoDb.open({
        stack: platform.stack({
          ...resources,
          aws_lambda_event_source_mapping: { m: { ...mapping, ...change } },
        }),
        engine,
        dataDirectory: platform.dataDirectory,
        logger: platform.logger,
        invoke: async (_, payload) => {
          const { Records } = payload as { Records: StreamRecord[] };
          db.batches.push(Records);
          return db.answer(Records);
        },
        destinations: () => ({
          events: { publish: () => {} },
          queues: { send: () => {} },
          objects: {
            read: async () => undefined,
            write: async (bucket, key, body) =>
              void db.written.push([`${bucket}/${key}`, Buffer.from(body).toString()]),
          },
        }),
        authorise: () => {},
        matches: () => true,
        ...options,
      });
      db.database.start();
    },
    put: (pk: string, sk: string, more: Record<string, { N: string }> = {}) =>
      db.client.send(
        new PutItemCommand({ TableName: 'events', Item: { pk: { S: pk }, sk: { S: sk }, ...more } }),
      ),
    checkpointCount() {
      const file = new DatabaseSync(join(platform.dataDirectory, 'streams.db'), { readOnly: true });
      const row = file.prepare('SELECT COUNT(*) AS count FROM checkpoints').get();
      file.close();
      return row?.count;
    },
    /** Sort keys of the records that the function received. */
    delivered: () => sortKeysOf(db.batches.flat()),
  };

  beforeEach(async () => {
    platform = platformFixture();
    warden = new Warden();
    db.batches = [];
    db.written = [];
    db.authorise = anything;
    db.answer = succeed;
    await startAgain();
    server = createServer((request, response) => {
      const caller: Caller = { principalArn: 'test', authorise: (...given) => db.authorise(...given) };
      db.database?.service
        .handle(request as unknown as AwsRequest, response, caller)
        .catch((error: AwsError) => {
          response.writeHead(error.status ?? 500, { 'content-type': 'application/x-amz-json-1.0' });
          response.end(JSON.stringify({ __type: error.code, message: error.message }));
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    db.client = clientOf();
  });
  afterEach(async () => {
    db.client.destroy();
    server.close();
    server.closeAllConnections();
    await db.database?.close();
    db.database = undefined;
    await engine.close();
    warden.close();
    platform.dispose();
  });
  return db;
}
const succeed = (_: StreamRecord[]): InvokeResult => ({ kind: 'payload', payload: null });
const anything: Caller['authorise'] = () => {};
