import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tableNames, tables } from '@nova/shared/tables';
import { Warden } from '../../../local/process/warden.ts';
import { startEngine } from '../../../local/services/dynamodb/engine/engine.ts';

export interface Tables {
  readonly client: DynamoDBDocumentClient;
  close(): Promise<void>;
}

/** The contract's tables in an engine of this test, which starts as the platform's does: anew where its port was taken meanwhile. */
export async function startTables(): Promise<Tables> {
  const directory = await mkdtemp(join(tmpdir(), 'nova-tables-'));
  const warden = new Warden();
  const quiet = () => {};
  const engine = await startEngine({
    dataDirectory: directory,
    environment: {},
    warden,
    logger: { info: quiet, warn: quiet, error: quiet },
    onFatal: (error) => {
      throw error;
    },
  });
  const base = new DynamoDBClient({
    endpoint: engine.client.endpoint.href,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  for (const name of tableNames) await base.send(new CreateTableCommand(definition(name)));
  return {
    client: DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } }),
    async close() {
      base.destroy();
      await engine.close();
      warden.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function definition(name: (typeof tableNames)[number]) {
  const { partitionKey, sortKey } = tables[name];
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST' as const,
    AttributeDefinitions: [
      { AttributeName: partitionKey, AttributeType: 'S' as const },
      { AttributeName: sortKey, AttributeType: 'S' as const },
    ],
    KeySchema: [
      { AttributeName: partitionKey, KeyType: 'HASH' as const },
      { AttributeName: sortKey, KeyType: 'RANGE' as const },
    ],
  };
}
