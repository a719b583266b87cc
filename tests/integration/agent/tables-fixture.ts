import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tableNames, tables } from '@nova/shared/tables';
import { secretAddress } from '../../../local/process/this-machine.ts';
import { locateEngine } from '../../../local/services/dynamodb/engine/locate.ts';
import { eventually } from '../testing/eventually.ts';

export interface Tables {
  readonly client: DynamoDBDocumentClient;
  close(): Promise<void>;
}

/** The contract's tables in an engine of this test. */
export async function startTables(): Promise<Tables> {
  const directory = await mkdtemp(join(tmpdir(), 'nova-tables-'));
  const engine = locateEngine({ ...process.env, DYNAMODB_ENDPOINT: undefined });
  if (engine.kind !== 'program') throw new Error('The engine is a program here');
  // Outgoing connections take ports of 127.0.0.1 between the choice and the start, but not of a random loopback address.
  const { host, port } = await secretAddress();
  const serve = ['serve', '--host', host, '--port', String(port), '--db-path', join(directory, 'db')];
  const child = spawn(engine.path, serve, { stdio: 'ignore' });
  const base = new DynamoDBClient({
    endpoint: `http://${host}:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await eventually('the engine answers', () => base.send(new ListTablesCommand()));
  for (const name of tableNames) await base.send(new CreateTableCommand(definition(name)));
  return {
    client: DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } }),
    async close() {
      base.destroy();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
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
