import { BatchWriteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { CommitItem } from '@nova/shared/events/commit';
import type { DomainEvent, StreamEvent, StreamId } from '@nova/shared/events/index';
import { streamKey, type TableName, versionKey } from '@nova/shared/tables';
import { afterAll, beforeAll } from 'vitest';
import { dynamodbEventStore } from '../../../../lambdas/event-store/dynamodb-store.ts';
import type { Encryption } from '../../../../lambdas/event-store/encryption/encryption.ts';
import { dynamodbEncryption } from '../../../../lambdas/event-store/encryption/encryption.ts';
import type { Commit, EventStore } from '../../../../lambdas/event-store/store.ts';
import { temporaryData } from '../../testing/dev.ts';
import { type TestEngine, testEngine } from './engine.ts';

/** The event store on the engine of the local platform, for the tests of a file. */
export interface EventStoreFixture {
  readonly engine: TestEngine;
  /** The store of a process that has just started: it has read nothing and caches no keys. */
  store(client?: TestEngine['client'], encryption?: Encryption): EventStore;
  encryption(): Encryption;
}

/** Opens an event store before the tests of the file and closes it after them. @param more tables besides its own */
export function eventStoreFixture(...more: readonly TableName[]): EventStoreFixture {
  let data: Awaited<ReturnType<typeof temporaryData>> | undefined;
  let engine: TestEngine | undefined;
  beforeAll(async () => {
    data = await temporaryData();
    engine = await testEngine(data.path);
    for (const name of ['event-store', 'stream-keys', ...more] as const) await engine.createTable(name);
  });
  afterAll(async () => {
    await engine?.close();
    await data?.remove();
  });
  const running = () => {
    if (!engine) throw new Error('The engine is not running yet');
    return engine;
  };
  const encryption = () => dynamodbEncryption(running().client, 'stream-keys');
  return {
    get engine() {
      return running();
    },
    encryption,
    store: (client = running().client, keyed = encryption()) =>
      dynamodbEventStore(client, 'event-store', keyed),
  };
}

const occurredAt = '2026-01-01T00:00:00.000Z';
export const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };

let made = 0;
export const newStream = (aggregate: StreamId['aggregate']): StreamId => ({
  tenant: 't',
  aggregate,
  id: `${aggregate}-${++made}`,
});

export const commitOf = (commitId: string, ...events: readonly DomainEvent[]): Commit => ({
  commitId,
  occurredAt: new Date(occurredAt),
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
    occurredAt,
    data: used(version).data,
    metadata,
    ...event,
  }));
  const key = { pk: streamKey(stream), sk: versionKey(version) };
  const Item = { ...key, commitId: `raw-${version}`, count: events.length, events: stored };
  await engine.client.send(new PutCommand({ TableName: 'event-store', Item }));
}

/** Writes commits of unencrypted events directly into the table, 25 at once. */
export async function putCommits(
  { engine }: EventStoreFixture,
  stream: StreamId,
  commits: readonly { readonly version: number; readonly events: readonly DomainEvent[] }[],
): Promise<void> {
  const puts = commits.map(({ version, events }) => {
    const key = { pk: streamKey(stream), sk: versionKey(version) };
    const stored = events.map((event) => ({ ...event, schemaVersion: 1, occurredAt, metadata }));
    return {
      PutRequest: { Item: { ...key, commitId: `c${version}`, count: events.length, events: stored } },
    };
  });
  for (let at = 0; at < puts.length; at += 25) {
    const RequestItems = { 'event-store': puts.slice(at, at + 25) };
    await engine.client.send(new BatchWriteCommand({ RequestItems }));
  }
}
export const versionsOf = (events: readonly StreamEvent[]) => events.map(({ version }) => version);
