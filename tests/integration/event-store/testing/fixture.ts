import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { CommitItem } from '@nova/shared/events/commit';
import type { DomainEvent, StreamId } from '@nova/shared/events/index';
import { streamKey, versionKey } from '@nova/shared/tables';
import { dynamodbEventStore } from '../../../../lambdas/event-store/dynamodb-store.ts';
import type { Encryption } from '../../../../lambdas/event-store/encryption/encryption.ts';
import { dynamodbEncryption } from '../../../../lambdas/event-store/encryption/encryption.ts';
import type { Commit, EventStore } from '../../../../lambdas/event-store/store.ts';
import { temporaryData } from '../../testing/dev.ts';
import { type TestEngine, testEngine } from './engine.ts';

/** The event store on the engine of the local platform. */
export interface EventStoreFixture {
  readonly engine: TestEngine;
  /** The store of a process that has just started: it has read nothing and caches no keys. */
  store(client?: TestEngine['client'], encryption?: Encryption): EventStore;
  encryption(): Encryption;
  close(): Promise<void>;
}

export async function eventStoreFixture(): Promise<EventStoreFixture> {
  const data = await temporaryData();
  const engine = await testEngine(data.path);
  const table = await engine.createTable('event-store');
  const keys = await engine.createTable('stream-keys');
  const encryption = () => dynamodbEncryption(engine.client, keys);
  return {
    engine,
    encryption,
    store: (client = engine.client, keyed = encryption()) => dynamodbEventStore(client, table, keyed),
    async close() {
      await engine.close();
      await data.remove();
    },
  };
}

export const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };

let made = 0;
export const newStream = (aggregate: StreamId['aggregate']): StreamId => ({
  tenant: 't',
  aggregate,
  id: `${aggregate}-${++made}`,
});

export const commitOf = (commitId: string, ...events: readonly DomainEvent[]): Commit => ({
  commitId,
  occurredAt: new Date('2026-01-01T00:00:00Z'),
  metadata,
  events,
});

/** An event without personal data. */
export const used = (inputTokens: number): DomainEvent<'TokensUsed'> => ({
  type: 'TokensUsed',
  data: { source: 'chat', model: 'm', inputTokens, outputTokens: 0, reference: 'r' },
});

/** An event with personal data. */
export const turnFailed = (reason: string): DomainEvent<'TurnFailed'> => ({
  type: 'TurnFailed',
  data: { reason },
});

export const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

/** A commit in the format of the table, written directly into it. */
export async function putItem(
  { engine }: EventStoreFixture,
  stream: StreamId,
  version: number,
  events: readonly Partial<CommitItem['events'][number]>[],
): Promise<void> {
  const stored = events.map((event) => ({
    type: 'TokensUsed',
    schemaVersion: 1,
    occurredAt: '2026-01-01T00:00:00.000Z',
    data: used(version).data,
    metadata,
    ...event,
  }));
  const key = { pk: streamKey(stream), sk: versionKey(version) };
  const Item = { ...key, commitId: `raw-${version}`, count: events.length, events: stored };
  await engine.client.send(new PutCommand({ TableName: 'event-store', Item }));
}
