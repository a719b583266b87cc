import {
  contentStream,
  type DomainEvent,
  type StreamEvent,
  type StreamId,
  sessionStream,
  usageStream,
} from '@nova/shared/events/index';
import { usageSources } from '@nova/shared/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContentRow } from './content.ts';
import { newest, projections } from './index.ts';
import { headKey, isLive } from './projection.ts';
import { sessionProjection, turnsOf } from './session.ts';
import { totalTokens, type UsageRow } from './usage.ts';

const recorded = (stream: StreamId, version: number, event: DomainEvent): StreamEvent =>
  ({
    ...event,
    stream,
    version,
    schemaVersion: 1,
    occurredAt: `2026-01-01T00:00:0${version % 10}.000Z`,
    metadata: { correlationId: 'c', causationId: 'c', actor: 'key:t' },
  }) as StreamEvent;

function project<Row extends object>(stream: StreamId, events: readonly DomainEvent[]): Row | undefined {
  const projection = newest(projections, stream.aggregate);
  return events
    .map((event, index) => recorded(stream, index + 1, event))
    .reduce<object | undefined>((row, event) => projection.evolve(row, event), undefined) as Row | undefined;
}

const item = contentStream('t', 'c');
const registered: DomainEvent = {
  type: 'ContentRegistered',
  data: {
    filename: 'secret name.txt',
    contentType: 'text/plain',
    kind: 'document',
    bytes: 3,
    objectKey: 'uploads/t/c',
    uploadExpiresAt: '2026-01-01T01:00:00.000Z',
  },
};

describe('the versions of a projection', () => {
  it.each(Object.entries(projections))('of %s are all in the build, since a stage may read any', (_, all) => {
    expect(all.map(({ version }) => version)).toEqual(all.map((_, place) => place + 1));
  });

  it('differ by what the newer rows say', () => {
    const [old, current] = projections.job;
    const requested = recorded({ tenant: 't', aggregate: 'job', id: 'j' }, 1, {
      type: 'JobRequested',
      data: {
        contentId: 'c',
        task: { kind: 'transcription' },
        webhook: { url: 'https://example.com', secret: 's' },
      },
    } as DomainEvent);

    expect(old.evolve(undefined, requested)).not.toHaveProperty('webhook');
    expect(current?.evolve(undefined, requested)).toHaveProperty('webhook');
  });
});

describe('content rows', () => {
  it('follow the item', () => {
    const uploaded: DomainEvent = {
      type: 'ContentUploaded',
      data: { kind: 'document', contentType: 'text/plain', bytes: 3, etag: 'e', objectKey: 'uploads/t/c' },
    };
    const indexed: DomainEvent = {
      type: 'ContentIndexed',
      data: { jobId: 'j', source: 'document', vectors: 1 },
    };

    expect(project(item, [registered])).toMatchObject({ status: 'awaiting-upload', indexed: false });
    expect(project(item, [registered, uploaded, indexed])).toMatchObject({
      status: 'ready',
      indexed: true,
      uploadedAt: '2026-01-01T00:00:02.000Z',
    });
  });

  it('show what the last index says of a document', () => {
    const indexedAs = (
      source: 'document' | 'image',
      document?: { title?: string; pages?: number },
    ): DomainEvent => ({
      type: 'ContentIndexed',
      data: { jobId: 'j', source, vectors: 1, ...(document ? { document } : {}) },
    });
    const first = indexedAs('document', { title: 'Old', pages: 3 });

    expect(project(item, [registered, first, indexedAs('image')])).toMatchObject({
      document: { title: 'Old', pages: 3 },
    });
    expect(project<ContentRow>(item, [registered, first, indexedAs('document', { pages: 2 })])).toMatchObject(
      {
        document: { pages: 2 },
      },
    );
  });

  it('keep only a tombstone of a deleted item, also when events come late', () => {
    const late: DomainEvent = {
      type: 'ContentIndexed',
      data: { jobId: 'j', source: 'document', vectors: 1 },
    };
    const row = project<ContentRow>(item, [registered, { type: 'ContentDeleted', data: {} }, late]);

    expect(row).toEqual({ status: 'deleted' });
    expect(isLive(row)).toBe(false);
  });
});

describe('usage rows', () => {
  it('add up any usage in any order', () => {
    const use = fc.record({
      source: fc.constantFrom(...usageSources),
      model: fc.constantFrom('us.anthropic.claude-sonnet-4-6', 'unknown'),
      inputTokens: fc.nat(1e6),
      outputTokens: fc.nat(1e6),
      reference: fc.constant('r'),
    });
    fc.assert(
      fc.property(fc.array(use, { minLength: 1 }), (used) => {
        const day = usageStream('t', '2026-01-01');
        const row = project<UsageRow>(
          day,
          used.map((data) => ({ type: 'TokensUsed', data })),
        );
        const sum = used.reduce(
          (total, { inputTokens, outputTokens }) => total + inputTokens + outputTokens,
          0,
        );
        expect(totalTokens(row)).toBe(sum);
        expect(row?.day).toBe('2026-01-01');
      }),
    );
  });
});

describe('session rows', () => {
  it('hold each turn in a separate row', () => {
    const stream = sessionStream('t', 's');
    const turn = recorded(stream, 2, {
      type: 'TurnCompleted',
      data: {
        turn: 1,
        message: 'hi',
        reply: 'hello',
        toolCalls: [],
        citations: [],
        usage: { inputTokens: 1, outputTokens: 1 },
        model: 'm',
        stopReason: 'endTurn',
      },
    });

    expect(sessionProjection.details?.(turn)).toEqual([
      {
        key: { tenant: 't', collection: 'session', of: 's', id: '0000000001' },
        row: { turn: 1, at: turn.occurredAt, message: 'hi', reply: 'hello', toolCalls: [], citations: [] },
      },
    ]);
    expect(sessionProjection.erases?.(turn)).toBeUndefined();
  });

  it('end with the session: its turns are erased, a tombstone remains', () => {
    const stream = sessionStream('t', 's');
    const events: DomainEvent[] = [
      { type: 'SessionStarted', data: {} },
      { type: 'SessionDeleted', data: {} },
    ];
    const deleted = recorded(stream, 2, { type: 'SessionDeleted', data: {} });

    expect(sessionProjection.erases?.(deleted)).toEqual(turnsOf('t', 's'));
    expect(project(stream, events)).toEqual({ status: 'deleted' });
  });
});

describe('keys', () => {
  it('name the tenant, the collection and the stream', () => {
    expect(headKey(item)).toEqual({ tenant: 't', collection: 'content', id: 'c' });
  });
});
