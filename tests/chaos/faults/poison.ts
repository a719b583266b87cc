import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { CommitItem } from '@nova/shared/events/commit';
import { type DomainEvent, type EventMetadata, events, type StreamId } from '@nova/shared/events/index';
import { streamKey, versionKey } from '@nova/shared/tables';
import { v7 as uuid } from 'uuid';
import type { SeededRandom } from '../seeded-random.ts';
import { isFault } from './inject.ts';

type StoredEvent = CommitItem['events'][number];

/** The ways in which a commit can be unreadable, each with the expected reason. */
const poisonKinds = {
  'unknown type': {
    change: (event: StoredEvent) => ({ ...event, type: 'NeverHeardOf' }),
    reason: /unknown type NeverHeardOf/,
  },
  'future schema version': {
    change: (event: StoredEvent) => ({ ...event, schemaVersion: 99 }),
    reason: /schema version 99/,
  },
  'data against its schema': {
    change: (event: StoredEvent) => ({ ...event, data: { nothing: 'of the kind' } }),
    reason: /Invalid input/,
  },
  'data encrypted with another key': {
    change: (event: StoredEvent) => ({ ...event, sealed: new Uint8Array(64).fill(7) }),
    reason: /cannot be decrypted with its key/,
  },
} as const;

export type PoisonKind = keyof typeof poisonKinds;

/** A commit that was put into the table poisoned, and its valid form. */
export interface Poison {
  readonly stream: StreamId;
  readonly version: number;
  readonly kind: PoisonKind;
  readonly reason: RegExp;
  readonly item: CommitItem;
}

export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

/**
 * Puts a poisoned commit into the table as the next of a stream.
 * @returns undefined when another writer's commit was first
 */
export async function poison(
  table: Table,
  stream: StreamId,
  version: number,
  event: DomainEvent,
  metadata: EventMetadata,
  random: SeededRandom,
): Promise<Poison | undefined> {
  const kind = random.pick(Object.keys(poisonKinds) as PoisonKind[]);
  const { change, reason } = poisonKinds[kind];
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
  const isStored = await putFirst(table, { ...item, events: [change(stored)] });
  return isStored ? { stream, version, kind, reason, item } : undefined;
}

/** Attempts until it is certain whether the poisoned commit is stored. */
const tries = 10;

/** Whether the item is the one at its version, also when the response to an earlier attempt was lost. */
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

/** Replaces the poisoned commit with its valid form. */
export const repair = ({ client, name }: Table, { item }: Poison) =>
  client.send(new PutCommand({ TableName: name, Item: item }));

/** The poisoned commits so far, and the number allowed by now. */
export class Poisons {
  readonly put: Poison[] = [];
  readonly #most: () => number;
  #underWay = 0;

  constructor(most: () => number) {
    this.#most = most;
  }

  /** Puts one more, if the number allows it. */
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
