import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { parseCommit } from '@nova/shared/events/commit';
import {
  type DomainEvent,
  events as eventTypes,
  type StreamEvent,
  type StreamId,
} from '@nova/shared/events/index';
import type { OperatorRequest } from '@nova/shared/operations';
import { eventId, isSnapshotKey, streamKey, versionKey } from '@nova/shared/tables';
import type { Context, DynamoDBRecord, AttributeValue as StreamAttribute } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { projections } from '../../../../lambdas/domain/projections/index.ts';
import { commitLog } from '../../../../lambdas/event-store/commit-log.ts';
import { dynamodbEncryption } from '../../../../lambdas/event-store/encryption/encryption.ts';
import type {
  Clock,
  OperatorDependencies,
} from '../../../../lambdas/functions/event-projector/operator/dependencies.ts';
import { operator } from '../../../../lambdas/functions/event-projector/operator/operator.ts';
import { history } from '../../../../lambdas/functions/event-projector/project/history.ts';
import { projector } from '../../../../lambdas/functions/event-projector/project/projector.ts';
import type { Unprojectable } from '../../../../lambdas/functions/event-projector/project/quarantine.ts';
import { stateStore } from '../../../../lambdas/read-model/generations.ts';
import { rowTable } from '../../../../lambdas/read-model/row-table.ts';
import { rowWriter } from '../../../../lambdas/read-model/writer.ts';
import { type TestEngine, testEngine } from '../../event-store/testing/engine.ts';
import { temporaryData } from '../../testing/dev.ts';
import { type Rows, rowsIn } from './expected-rows.ts';

export const context = { getRemainingTimeInMillis: () => 60_000 } as Context;

/** The projector on the engine of the local platform, with its own store; the test delivers its records. */
export interface ProjectorFixture {
  readonly engine: TestEngine;
  readonly dependencies: OperatorDependencies;
  /** Ids of the published events, in order, repeats included. */
  readonly published: string[];
  readonly quarantined: Unprojectable[];
  /** Puts a commit into the store. @returns its record */
  commit(stream: StreamId, first: number, events: readonly object[]): Promise<DynamoDBRecord>;
  /** Delivers records as one batch. */
  deliver(records: readonly DynamoDBRecord[], dependencies?: OperatorDependencies): Promise<void>;
  operate<T>(request: OperatorRequest, dependencies?: OperatorDependencies): Promise<T>;
  /** The whole read model. */
  rows(): Promise<Rows>;
  /** The store's streams, each with its events in order. */
  streams(): Promise<StreamEvent[][]>;
  /** Empties the tables. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** Time that passes when the code waits, and a little at each reading of the clock. */
export function testClock(lookMs = 1): Clock {
  let now = Date.parse('2026-01-01T00:00:00Z');
  return {
    now: () => {
      now += lookMs;
      return now;
    },
    pause: async (ms) => {
      now += ms;
    },
  };
}

/** Commits and keys of a scan's page: few, so that a slice does not cover all of them. */
const pageSize = 5;

/** Starts the projector before the tests of the file, empties its tables before each test, and stops it at the end. */
export function projectorFixture(): ProjectorFixture {
  const fixture = {} as ProjectorFixture;
  beforeAll(async () => {
    Object.assign(fixture, await startProjector());
  });
  afterAll(() => fixture.close?.());
  beforeEach(() => fixture.clear());
  return fixture;
}

async function startProjector(): Promise<ProjectorFixture> {
  const data = await temporaryData();
  const engine = await testEngine(data.path);
  const { client } = engine;
  for (const name of ['event-store', 'stream-keys', 'read-model'] as const) await engine.createTable(name);
  const published: string[] = [];
  const quarantined: Unprojectable[] = [];
  const log = commitLog(client, 'event-store', pageSize);
  const dependencies: OperatorDependencies = {
    projections,
    states: stateStore(client, 'read-model', projections),
    rows: (generation) => rowWriter(client, 'read-model', generation),
    history: history(log, dynamodbEncryption(client, 'stream-keys')),
    publish: async (events) =>
      void published.push(...events.map(({ stream, version }) => eventId(stream, version))),
    quarantine: async (commits) => void quarantined.push(...commits),
    log,
    table: rowTable(client, 'read-model', pageSize),
    clock: testClock(),
  };
  const scan = async (table: string) => {
    const items: Record<string, unknown>[] = [];
    for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
      items.push(...(page.Items ?? []));
    }
    return items;
  };
  return {
    engine,
    dependencies,
    published,
    quarantined,
    async commit(stream, first, events) {
      const item = commitItem(stream, first, events);
      await client.send(new PutCommand({ TableName: 'event-store', Item: item }));
      return recordOf(item);
    },
    async deliver(records, { ...others } = dependencies) {
      const answer = await projector(others)({ Records: [...records] }, context);
      const failed = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      if (failed.length > 0) throw new Error(`Records failed: ${failed.join(', ')}`);
    },
    operate: async <T>(request: OperatorRequest, { ...others } = dependencies) =>
      (await operator(others)(request, context)) as T,
    rows: async () => rowsIn(await scan('read-model')),
    async streams() {
      const items = (await scan('event-store')).filter(({ sk }) => !isSnapshotKey(String(sk)));
      const events = items.flatMap((item) => parseCommit(item));
      const streams = [...Map.groupBy(events, ({ stream }) => streamKey(stream)).values()];
      return streams.map((stream) => stream.sort((a, b) => a.version - b.version));
    },
    async clear() {
      for (const TableName of ['event-store', 'read-model']) {
        for (const { pk, sk } of await scan(TableName)) {
          await client.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
        }
      }
      published.length = 0;
      quarantined.length = 0;
      engine.requests();
    },
    async close() {
      await engine.close();
      await data.remove();
    },
  };
}

function commitItem(stream: StreamId, first: number, events: readonly object[]) {
  return {
    pk: streamKey(stream),
    sk: versionKey(first),
    commitId: `commit-${first}`,
    count: events.length,
    events: events.map((event) => ({
      schemaVersion: eventTypes[(event as DomainEvent).type]?.schemaVersion ?? 1,
      occurredAt: new Date(Date.parse('2026-01-01T00:00:00Z') + first * 1000).toISOString(),
      metadata: { correlationId: 'c', causationId: 'r', actor: 'key:t' },
      ...event,
    })),
  };
}

let sequence = 0;

/** The record of an item in DynamoDB's stream. */
export function recordOf(item: { readonly pk: string; readonly sk: string }): DynamoDBRecord {
  const image = marshall(item) as Record<string, AttributeValue>;
  return {
    eventName: 'INSERT',
    dynamodb: {
      Keys: { pk: { S: item.pk }, sk: { S: item.sk } },
      NewImage: image as Record<string, StreamAttribute>,
      SequenceNumber: String(++sequence),
    },
  };
}
