import { marshall } from '@aws-sdk/util-dynamodb';
import type { DomainEvent, StreamEvent, StreamId } from '@nova/shared/events/index';
import { streamKey, versionKey } from '@nova/shared/tables';
import type { Context, DynamoDBRecord } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { headKey } from '../../domain/projections/projection.ts';
import { logger } from '../../platform/runtime/instrumentation.ts';
import { memoryEventStore } from '../../platform/testing/memory-event-store.ts';
import { memoryRows } from '../../platform/testing/memory-rows.ts';
import { projector } from './projector.ts';
import type { Publish } from './publish.ts';

const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };
const used = (inputTokens: number): DomainEvent<'TokensUsed'> => ({
  type: 'TokensUsed',
  data: { source: 'chat', model: 'm', inputTokens, outputTokens: 0, reference: 'r' },
});
const day = (id: string): StreamId => ({ tenant: 't', aggregate: 'usage', id });
const tokens = (inputTokens: number) => ({ sources: { chat: { inputTokens } } });

/** The record of a commit of one event, as DynamoDB's stream brings it. */
function record(stream: StreamId, version: number, event: object, sequence: string): DynamoDBRecord {
  const Keys = marshall({ pk: streamKey(stream), sk: versionKey(version) });
  const stored = { schemaVersion: 1, occurredAt: '2026-01-01T00:00:00.000Z', metadata, ...event };
  const NewImage = { ...Keys, ...marshall({ commitId: 'x', count: 1, events: [stored] }) };
  return {
    eventName: 'INSERT',
    dynamodb: { Keys, NewImage, SequenceNumber: sequence } as NonNullable<DynamoDBRecord['dynamodb']>,
  };
}

function prepare(publish?: Publish) {
  const rows = memoryRows();
  const published: StreamEvent[] = [];
  const project = projector({
    rows,
    store: memoryEventStore(),
    publish: publish ?? (async (events) => void published.push(...events)),
  });
  return { rows, published, project: (...Records: DynamoDBRecord[]) => project({ Records }, context) };
}

const failures = (...sequences: string[]) => ({
  batchItemFailures: sequences.map((itemIdentifier) => ({ itemIdentifier })),
});

afterEach(() => vi.restoreAllMocks());

describe('the projector', () => {
  it('fails the records of a stream it cannot read, and projects the others', async () => {
    const { rows, published, project } = prepare();
    const poison = { type: 'TokensTeleported', data: {} };

    const answer = await project(
      record(day('a'), 1, used(1), '1'),
      record(day('b'), 1, poison, '2'),
      record(day('b'), 2, used(2), '3'),
      record(day('a'), 2, used(3), '4'),
    );

    expect(answer).toEqual(failures('2', '3'));
    expect(await rows.get(headKey(day('a')))).toMatchObject({ row: tokens(4), version: 2 });
    expect(await rows.get(headKey(day('b')))).toBeUndefined();
    expect(published.map(({ stream, version }) => [stream.id, version])).toEqual([
      ['a', 1],
      ['a', 2],
    ]);
  });

  it('logs why a stream failed, and which', async () => {
    const logged = vi.spyOn(logger, 'error').mockImplementation(() => {});
    const { project } = prepare();

    await project(record(day('b'), 1, { type: 'TokensTeleported', data: {} }, '1'));

    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.any(String), {
      stream: 't#usage#b',
      error: expect.objectContaining({
        message: 't#usage#b@1 is of the unknown type TokensTeleported',
      }),
    });
  });

  it('leaves alone what is no new commit', async () => {
    const { rows, published, project } = prepare();
    const commit = record(day('a'), 1, used(1), '1');

    const answer = await project({ ...commit, eventName: 'REMOVE' }, { ...commit, eventName: 'MODIFY' });

    expect(answer).toEqual(failures());
    expect(published).toEqual([]);
    expect(await rows.get(headKey(day('a')))).toBeUndefined();
  });

  it('publishes again after the bus failed, though the rows are written', async () => {
    const published: number[] = [];
    const publish = vi
      .fn<Publish>()
      .mockRejectedValueOnce(new Error('The bus refused an event: ThrottlingException'))
      .mockImplementation(async (events) => void published.push(...events.map(({ version }) => version)));
    const { rows, project } = prepare(publish);
    const records = [record(day('a'), 1, used(1), '1'), record(day('a'), 2, used(2), '2')];

    expect(await project(...records)).toEqual(failures('1', '2'));
    const written = await rows.get(headKey(day('a')));
    expect(await project(...records)).toEqual(failures());

    expect(written).toMatchObject({ row: tokens(3), version: 2 });
    expect(await rows.get(headKey(day('a')))).toEqual(written);
    expect(published).toEqual([1, 2]);
  });
});
