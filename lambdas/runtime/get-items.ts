import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { batches } from './batches.ts';
import { retry } from './retry.ts';

/** Keys that BatchGetItem takes. Source: DynamoDB API reference, BatchGetItem. */
const keysPerBatch = 100;
/** Requests for a batch until no key is left, and the base of the pauses between, milliseconds: each doubles. */
const triesMost = 6;
const firstPauseMs = 25;

type Key = Readonly<Record<string, string>>;
type Item = Record<string, unknown>;

/**
 * Items of one table by their keys, read consistently, a hundred per request; missing items are left out.
 * @param attributes names of the attributes to read, with commas; all when absent
 * @throws Error when DynamoDB leaves keys unprocessed again and again
 */
export async function getItems(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Key[],
  attributes?: string,
): Promise<Item[]> {
  const found = [...batches(keys, keysPerBatch)].map((batch) => getBatch(client, table, batch, attributes));
  return (await Promise.all(found)).flat();
}

async function getBatch(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Key[],
  attributes: string | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  let wanted: readonly Key[] = keys;
  const attempt = async () => {
    const request = { Keys: [...wanted], ConsistentRead: true, ProjectionExpression: attributes };
    const answer = await client.send(new BatchGetCommand({ RequestItems: { [table]: request } }));
    items.push(...(answer.Responses?.[table] ?? []));
    wanted = (answer.UnprocessedKeys?.[table]?.Keys ?? []) as Key[];
    if (wanted.length > 0) throw new UnprocessedKeysError(table, wanted.length);
    return items;
  };
  return retry(attempt, {
    again: (error, tries) => error instanceof UnprocessedKeysError && tries < triesMost,
    pauseMs: (tries) => firstPauseMs * 2 ** tries,
  });
}

class UnprocessedKeysError extends Error {
  override readonly name = 'UnprocessedKeysError';

  constructor(table: string, keys: number) {
    super(`DynamoDB left ${keys} keys of ${table} unprocessed ${triesMost} times`);
  }
}
