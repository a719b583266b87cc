import { marshall } from '@aws-sdk/util-dynamodb';
import {
  type DomainEvent,
  jobStream,
  type StreamEvent,
  type StreamId,
  usageStream,
} from '@nova/shared/events/index';
import { eventId, streamKey, versionKey } from '@nova/shared/tables';
import type { Context, DynamoDBRecord } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { newest, projections } from '../../../domain/projections/index.ts';
import { headKey } from '../../../domain/projections/projection.ts';
import { logger } from '../../../runtime/instrumentation.ts';
import { memoryRows, memoryStates } from '../../../testing/memory-read-model.ts';
import type { ProjectorDependencies } from './dependencies.ts';
import { history } from './history.ts';
import { projector } from './projector.ts';
import type { Publish } from './publish.ts';
import type { Quarantine, Unprojectable } from './quarantine.ts';

const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };
const used = (inputTokens: number): DomainEvent<'TokensUsed'> => ({
  type: 'TokensUsed',
  data: { source: 'chat', model: 'm', inputTokens, outputTokens: 0, reference: 'r' },
});
const day = (id: string) => usageStream('t', id);
const tokens = (inputTokens: number) => ({ sources: { chat: { inputTokens } } });

/** The record of a commit of one event, in the format of DynamoDB's stream. */
function record(stream: StreamId, version: number, event: object, sequence: string): DynamoDBRecord {
  const Keys = marshall({ pk: streamKey(stream), sk: versionKey(version) });
  const stored = { schemaVersion: 1, occurredAt: '2026-01-01T00:00:00.000Z', metadata, ...event };
  const NewImage = { ...Keys, ...marshall({ commitId: 'x', count: 1, events: [stored] }) };
  return {
    eventName: 'INSERT',
    dynamodb: { Keys, NewImage, SequenceNumber: sequence } as NonNullable<DynamoDBRecord['dynamodb']>,
  };
}

/** The projector's dependencies, with everything that it writes. */
function prepare(overrides: Partial<ProjectorDependencies> = {}) {
  const rows = memoryRows();
  const published: StreamEvent[] = [];
  const quarantined: Unprojectable[] = [];
  const project = projector({
    projections,
    states: memoryStates(projections),
    rows: () => rows,
    history: history(noLog, { decrypt: async (items) => [...items] }),
    publish: async (events) => void published.push(...events),
    quarantine: async (commits) => void quarantined.push(...commits),
    ...overrides,
  });
  const deliver = (...Records: DynamoDBRecord[]) => project({ Records }, context);
  return { rows, published, quarantined, project: deliver };
}

/** A store without events. */
const noLog = { since: async (stream: string) => ({ stream, items: [] }) };

const failures = (...sequences: string[]) => ({
  batchItemFailures: sequences.map((itemIdentifier) => ({ itemIdentifier })),
});

afterEach(() => vi.restoreAllMocks());

describe('the projector', () => {
  it('quarantines an unreadable commit and those after it in its stream, and projects the rest', async () => {
    const { rows, published, quarantined, project } = prepare();
    const poison = { type: 'TokensTeleported', data: {} };

    const answer = await project(
      record(day('a'), 1, used(1), '1'),
      record(day('b'), 1, used(5), '2'),
      record(day('b'), 2, poison, '3'),
      record(day('b'), 3, used(2), '4'),
      record(day('a'), 2, used(3), '5'),
    );

    expect(answer).toEqual(failures());
    expect(await rows.get(headKey(day('a')))).toMatchObject({ row: tokens(4), version: 2 });
    expect(await rows.get(headKey(day('b')))).toMatchObject({ row: tokens(5), version: 1 });
    expect(quarantined).toEqual([
      { stream: 't#usage#b', version: 2, reason: 't#usage#b@2 is of the unknown type TokensTeleported' },
      { stream: 't#usage#b', version: 3, reason: 'waits for t#usage#b@2' },
    ]);
    expect(published.map(({ stream, version }) => eventId(stream, version)).sort()).toEqual([
      't#usage#a@1',
      't#usage#a@2',
      't#usage#b@1',
    ]);
  });

  it('quarantines a commit that its projection refuses, and those after it', async () => {
    const { rows, published, quarantined, project } = prepare();
    const job = jobStream('t', 'j');

    const answer = await project(
      record(job, 1, { type: 'JobCompleted', data: {} }, '1'),
      record(job, 2, { type: 'JobCancelled', data: {} }, '2'),
    );

    expect(answer).toEqual(failures());
    expect(await rows.get(headKey(job))).toBeUndefined();
    expect(quarantined.map(({ version }) => version)).toEqual([1, 2]);
    expect(quarantined[0]?.reason).toContain('t#job#j@1 (JobCompleted) cannot be projected');
    expect(published).toEqual([]);
  });

  it('fails the records of a stream when they cannot be quarantined, and no others', async () => {
    const logged = vi.spyOn(logger, 'error').mockImplementation(() => {});
    const quarantine: Quarantine = async (commits) => {
      if (commits.length > 0) throw new Error('SlowDown');
    };
    const { rows, project } = prepare({ quarantine });

    const answer = await project(
      record(day('b'), 1, { type: 'TokensTeleported', data: {} }, '1'),
      record(day('a'), 1, used(1), '2'),
    );

    expect(answer).toEqual(failures('1'));
    expect(await rows.get(headKey(day('a')))).toMatchObject({ version: 1 });
    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.any(String), {
      stream: 't#usage#b',
      error: expect.objectContaining({ message: 'SlowDown' }),
    });
  });

  it('fails every record when it cannot read the current generation', async () => {
    vi.spyOn(logger, 'error').mockImplementation(() => {});
    const load = async () => {
      throw new Error('ProvisionedThroughputExceededException');
    };
    const { published, project } = prepare({ states: { ...memoryStates(projections), load } });

    const answer = await project(record(day('a'), 1, used(1), '1'), record(day('b'), 1, used(1), '2'));

    expect(answer).toEqual(failures('1', '2'));
    expect(published).toEqual([]);
  });

  it('names the required build when rows are of another build’s version', async () => {
    const logged = vi.spyOn(logger, 'error').mockImplementation(() => {});
    const newer = { ...projections, usage: [{ ...newest(projections, 'usage'), version: 7 }] } as const;
    const { project } = prepare({ states: memoryStates(newer) });

    expect(await project(record(day('a'), 1, used(1), '1'))).toEqual(failures('1'));
    expect(logged).toHaveBeenCalledWith(expect.any(String), {
      stream: 't#usage#a',
      error: expect.objectContaining({ message: expect.stringContaining('version 7') }),
    });
  });

  it('ignores records that are not new commits', async () => {
    const { rows, published, project } = prepare();
    const commit = record(day('a'), 1, used(1), '1');

    const answer = await project({ ...commit, eventName: 'REMOVE' }, { ...commit, eventName: 'MODIFY' });

    expect(answer).toEqual(failures());
    expect(published).toEqual([]);
    expect(await rows.get(headKey(day('a')))).toBeUndefined();
  });

  it('publishes again after the bus failed, although the rows are written', async () => {
    const published: number[] = [];
    const publish = vi
      .fn<Publish>()
      .mockRejectedValueOnce(new Error('The bus refused an event: ThrottlingException'))
      .mockImplementation(async (events) => void published.push(...events.map(({ version }) => version)));
    const { rows, project } = prepare({ publish });
    const records = [record(day('a'), 1, used(1), '1'), record(day('a'), 2, used(2), '2')];

    expect(await project(...records)).toEqual(failures('1', '2'));
    const written = await rows.get(headKey(day('a')));
    expect(await project(...records)).toEqual(failures());

    expect(written).toMatchObject({ row: tokens(3), version: 2 });
    expect(await rows.get(headKey(day('a')))).toEqual(written);
    expect(published).toEqual([1, 2]);
  });
});
