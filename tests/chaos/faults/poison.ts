import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { CommitItem } from '@nova/shared/events/commit';
import { type DomainEvent, type EventMetadata, events, type StreamId } from '@nova/shared/events/index';
import { streamKey, versionKey } from '@nova/shared/tables';
import { v7 as uuid } from 'uuid';
import type { SeededRandom } from '../seeded-random.ts';
import { isFault } from './inject.ts';

type StoredEvent = CommitItem['events'][number];

/** How a commit can be such that nobody can read it, and what must be said of it. */
const spoilings = {
  'unknown type': {
    spoil: (event: StoredEvent) => ({ ...event, type: 'NeverHeardOf' }),
    reason: /unknown type NeverHeardOf/,
  },
  'future schema version': {
    spoil: (event: StoredEvent) => ({ ...event, schemaVersion: 99 }),
    reason: /schema version 99/,
  },
  'data against its schema': {
    spoil: (event: StoredEvent) => ({ ...event, data: { nothing: 'of the kind' } }),
    reason: /Invalid input/,
  },
  'data encrypted with another key': {
    spoil: (event: StoredEvent) => ({ ...event, sealed: new Uint8Array(64).fill(7) }),
    reason: /cannot be decrypted with its key/,
  },
} as const;

export type Spoiling = keyof typeof spoilings;

/** A commit that was put into the table spoiled, and as it should have been. */
export interface Poison {
  readonly stream: StreamId;
  readonly version: number;
  readonly spoiling: Spoiling;
  readonly reason: RegExp;
  readonly item: CommitItem;
}

export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

/**
 * Puts a spoiled commit into the table as the next of a stream.
 * @returns undefined when somebody else's commit came first
 */
export async function poison(
  table: Table,
  stream: StreamId,
  version: number,
  event: DomainEvent,
  metadata: EventMetadata,
  random: SeededRandom,
): Promise<Poison | undefined> {
  const spoiling = random.pick(Object.keys(spoilings) as Spoiling[]);
  const { spoil, reason } = spoilings[spoiling];
  const stored: StoredEvent = {
    type: event.type,
    schemaVersion: events[event.type].schemaVersion,
    occurredAt: new Date().toISOString(),
    data: event.data,
    metadata,
  };
  const item: CommitItem = {
    pk: streamKey(stream),
    sk: versionKey(version),
    commitId: uuid(),
    count: 1,
    events: [stored],
  };
  const landed = await putFirst(table, { ...item, events: [spoil(stored)] });
  return landed ? { stream, version, spoiling, reason, item } : undefined;
}

/** Tries until it is known whether a poisoned commit is there. */
const tries = 10;

/** Whether the item is the first at its place, also when the answer to an earlier try was lost. */
async function putFirst({ client, name }: Table, item: CommitItem): Promise<boolean> {
  const put = new PutCommand({
    TableName: name,
    Item: item,
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(put);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return error.Item?.commitId?.S === item.commitId;
      if (attempt === tries || !isFault(error)) throw error;
    }
  }
}

/** Puts the commit into the table as it should have been. */
export const repair = ({ client, name }: Table, { item }: Poison) =>
  client.send(new PutCommand({ TableName: name, Item: item }));

/** The poisoned commits so far, and how many there may be by now. */
export class Poisons {
  readonly put: Poison[] = [];
  readonly #most: () => number;
  #underWay = 0;

  constructor(most: () => number) {
    this.#most = most;
  }

  /** Puts one more, where there may be one. */
  async add(attempt: () => Promise<Poison | undefined>): Promise<void> {
    if (this.put.length + this.#underWay >= this.#most()) return;
    this.#underWay += 1;
    try {
      const one = await attempt();
      if (one) this.put.push(one);
    } finally {
      this.#underWay -= 1;
    }
  }
}
