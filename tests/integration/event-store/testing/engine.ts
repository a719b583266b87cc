import { mkdirSync } from 'node:fs';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type TableName, tables } from '@nova/shared/tables';
import { Warden } from '../../../../local/process/warden.ts';
import { startEngine } from '../../../../local/services/dynamodb/engine/engine.ts';

/** The DynamoDB engine of the local platform with its own data folder, and the requests that it received. */
export interface TestEngine {
  readonly client: DynamoDBDocumentClient;
  /** Operations since the last call, each attempt of them: `['PutItem', …]`. */
  requests(): string[];
  createTable(name: TableName): Promise<string>;
  close(): Promise<void>;
}

export async function testEngine(data: string): Promise<TestEngine> {
  mkdirSync(`${data}/logs`, { recursive: true });
  const warden = new Warden();
  const engine = await startEngine({
    dataDirectory: data,
    environment: {},
    warden,
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    onFatal: (error) => {
      throw error;
    },
  });
  const client = new DynamoDBClient({
    endpoint: engine.client.endpoint.href,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  let sent: string[] = [];
  client.middlewareStack.add(
    (next, { commandName = '' }) => {
      sent.push(commandName.replace('Command', ''));
      return next;
    },
    // Below the SDK's retries: each attempt is a request.
    { step: 'finalizeRequest', priority: 'low' },
  );
  return {
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    requests() {
      const all = sent;
      sent = [];
      return all;
    },
    async createTable(name) {
      const { partitionKey, sortKey } = tables[name];
      await client.send(
        new CreateTableCommand({
          TableName: name,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [
            { AttributeName: partitionKey, KeyType: 'HASH' },
            { AttributeName: sortKey, KeyType: 'RANGE' },
          ],
          AttributeDefinitions: [partitionKey, sortKey].map((AttributeName) => ({
            AttributeName,
            AttributeType: 'S',
          })),
        }),
      );
      sent = [];
      return name;
    },
    async close() {
      client.destroy();
      await engine.close();
      warden.close();
    },
  };
}
