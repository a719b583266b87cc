import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { ChatResponse } from '@nova/shared/api/chat';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { type InProcess, startInProcess } from './support/in-process.ts';

/** What is left in tables and bucket of what a caller has deleted. */

let running: InProcess;
let dynamodb: DynamoDBDocumentClient;
let s3: S3Client;
let api: Api;

beforeAll(async () => {
  running = await startInProcess();
  const { platform, aws } = running;
  dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(aws));
  s3 = new S3Client({ ...aws, forcePathStyle: true });
  api = new Api(`${platform.url}/${platform.stage}`, Object.values(platform.apiKeys)[0]);
});

afterAll(async () => {
  dynamodb?.destroy();
  s3?.destroy();
  await running?.close();
});

/** All that a table holds, as text. */
async function textOf(table: string): Promise<string> {
  const items: unknown[] = [];
  const pages = paginateScan({ client: dynamodb }, { TableName: table, ConsistentRead: true });
  for await (const { Items = [] } of pages) items.push(...Items);
  return JSON.stringify(items);
}

/** Keys, in whatever bucket, that name a content item. */
async function keysOf(contentId: string): Promise<string[]> {
  const keys: string[] = [];
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  for (const { Name } of Buckets) {
    const pages = paginateListObjectsV2({ client: s3 }, { Bucket: Name });
    for await (const { Contents = [] } of pages) keys.push(...Contents.map(({ Key = '' }) => Key));
  }
  return keys.filter((key) => key.includes(contentId));
}

describe('a deleted session', () => {
  it('leaves none of its texts in the read model and in the agent’s memory', async () => {
    const message = 'My favourite mountain is Chimborazo.';
    const { sessionId } = await api.ok<ChatResponse>('POST', '/agent/chat', { message });
    await api.ok('POST', '/agent/chat', { sessionId, message: 'Which mountain is my favourite?' });
    await eventually('the turns are in the read model', async () =>
      (await textOf('nova-dev-read-model')).includes('Which mountain'),
    );
    expect(await textOf('nova-dev-session-memory')).toContain('Chimborazo');

    expect((await api.call('DELETE', `/sessions/${sessionId}`)).status).toBe(204);

    for (const table of ['nova-dev-read-model', 'nova-dev-session-memory']) {
      await eventually(`${table} forgets`, async () => !/Chimborazo|mountain/.test(await textOf(table)));
    }
  });
});

describe('a deleted content item', () => {
  it('leaves no file in the bucket, also when one is uploaded after', async () => {
    const body = 'Not for long.';
    const { contentId, upload } = await api.register('late.txt', 'text/plain', body.length);
    const put = () => fetch(upload.url, { method: upload.method, headers: upload.headers, body });
    expect((await put()).status).toBe(200);
    await api.indexed(contentId);
    expect(await keysOf(contentId)).not.toEqual([]);
    expect((await api.call('DELETE', `/content/${contentId}`)).status).toBe(204);
    await eventually('the file is gone', async () => (await keysOf(contentId)).length === 0);

    expect((await put()).status).toBe(200);

    await eventually('the late file is gone', async () => (await keysOf(contentId)).length === 0);
  });
});
