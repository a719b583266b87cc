import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient, paginateListTables, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListBucketsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { InProcess } from './in-process.ts';

/** A place where the platform stores something, with everything that can be read there. */
export interface Readable {
  readonly place: string;
  readonly text: string;
}

/** Everything that a caller with all permissions can read: items, objects, vectors, archives, queues, logs. */
export async function everythingReadable({
  aws,
  data,
}: Pick<InProcess, 'aws' | 'data'>): Promise<Readable[]> {
  const dynamodb = new DynamoDBClient(aws);
  const s3 = new S3Client({ ...aws, forcePathStyle: true });
  try {
    return (await Promise.all([items(dynamodb), objects(s3), files(data)])).flat();
  } finally {
    dynamodb.destroy();
    s3.destroy();
  }
}

/** Bytes of any kind as text in which words can be searched for. */
const asText = (value: unknown) =>
  JSON.stringify(value, (_, member) =>
    member instanceof Uint8Array ? Buffer.from(member).toString('latin1') : member,
  );

async function items(client: DynamoDBClient): Promise<Readable[]> {
  const found: Readable[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client }, {})) {
    for (const TableName of TableNames) {
      for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
        found.push(...Items.map((item) => ({ place: `table ${TableName}`, text: asText(item) })));
      }
    }
  }
  return found;
}

async function objects(client: S3Client): Promise<Readable[]> {
  const found: Readable[] = [];
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
  for (const { Name: Bucket } of Buckets) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
      for (const { Key } of Contents) {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
        found.push({ place: `object ${Bucket}/${Key}`, text: `${Key} ${asText(bytes)}` });
      }
    }
  }
  return found;
}

/** The tables' own file is left out: the engine decides when it overwrites deleted items. */
async function files(directory: string): Promise<Readable[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(
    paths
      .filter((path) => !/^(dynamodb|lock)\.db/.test(basename(path)) && !/-(wal|shm|journal)$/.test(path))
      .map(async (path) =>
        path.endsWith('.db') ? rows(path) : [{ place: path, text: await content(path) }],
      ),
  );
  return found.flat();
}

/** A file that is gone by the time it is read is empty. */
async function content(path: string): Promise<string> {
  try {
    return (await readFile(path)).toString('latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function rows(path: string): Readable[] {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    return names.flatMap(({ name }) =>
      database
        .prepare(`SELECT * FROM "${name}"`)
        .all()
        .map((row) => ({ place: `${path} ${name}`, text: asText(row) })),
    );
  } finally {
    database.close();
  }
}
