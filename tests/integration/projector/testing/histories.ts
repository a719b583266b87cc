import type { Aggregate, DomainEvent } from '@nova/shared/events/index';
import fc from 'fast-check';

/** A stream to write: its kind, and its commits in order. */
export interface History {
  readonly aggregate: Aggregate;
  readonly commits: readonly (readonly DomainEvent[])[];
}

export const used = (inputTokens: number): DomainEvent<'TokensUsed'> => ({
  type: 'TokensUsed',
  data: { source: 'chat', model: 'm', inputTokens, outputTokens: 0, reference: 'r' },
});

export const turnCompleted = (turn: number): DomainEvent<'TurnCompleted'> => ({
  type: 'TurnCompleted',
  data: {
    turn,
    message: `message ${turn}`,
    reply: `reply ${turn}`,
    toolCalls: [],
    citations: [],
    usage: { inputTokens: 1, outputTokens: 1 },
    model: 'm',
    stopReason: 'endTurn',
  },
});

const id = '019c0000-0000-7000-8000-000000000000';
const started: DomainEvent = { type: 'SessionStarted', data: {} };
const answerStopped: DomainEvent = { type: 'AnswerStopped', data: {} };
const sessionDeleted: DomainEvent = { type: 'SessionDeleted', data: {} };
const contentDeleted: DomainEvent = { type: 'ContentDeleted', data: {} };
export const contentRegistered: DomainEvent = {
  type: 'ContentRegistered',
  data: {
    filename: 'notes.txt',
    contentType: 'text/plain',
    kind: 'document',
    bytes: 3,
    objectKey: 'uploads/t/c',
    uploadExpiresAt: '2026-01-01T01:00:00.000Z',
  },
};
const indexed: DomainEvent = {
  type: 'ContentIndexed',
  data: { jobId: id, source: 'document', vectors: 1 },
};
const requested: DomainEvent = {
  type: 'JobRequested',
  data: { contentId: id, task: { kind: 'indexing', source: 'document' } },
};

/** The numbers from 1 to `count`. */
export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const few = fc.nat({ max: 5 });
const usage = few.map((count) => upTo(count + 1).map((n) => used(10 ** n)));
const session = fc
  .tuple(few, fc.boolean(), fc.boolean())
  .map(([turns, isStopped, isDeleted]) => [
    started,
    ...(isStopped ? [answerStopped] : []),
    ...upTo(turns).map(turnCompleted),
    ...(isDeleted ? [sessionDeleted] : []),
  ]);
const content = fc
  .tuple(few, fc.boolean())
  .map(([times, isDeleted]) => [
    contentRegistered,
    ...(isDeleted ? [contentDeleted] : []),
    ...upTo(times).map(() => indexed),
  ]);
const job = few.map((steps) => [
  requested,
  ...upTo(steps).map(
    (step): DomainEvent => ({ type: 'JobProgressed', data: { percent: step, stage: 'working' } }),
  ),
  { type: 'JobCompleted', data: {} } as const,
]);

const kinds: readonly fc.Arbitrary<Omit<History, 'commits'> & { readonly events: readonly DomainEvent[] }>[] =
  [
    usage.map((events) => ({ aggregate: 'usage', events })),
    session.map((events) => ({ aggregate: 'session', events })),
    content.map((events) => ({ aggregate: 'content', events })),
    job.map((events) => ({ aggregate: 'job', events })),
  ];

/** A history of any kind, its events in commits of one to three. */
export const anyHistory: fc.Arbitrary<History> = fc
  .tuple(fc.oneof(...kinds), fc.infiniteStream(fc.integer({ min: 1, max: 3 })))
  .map(([{ aggregate, events }, sizes]) => ({ aggregate, commits: cut(events, sizes) }));

function cut<T>(list: readonly T[], sizes: Iterator<number>): T[][] {
  const pieces: T[][] = [];
  for (let at = 0; at < list.length; at += pieces.at(-1)?.length ?? 1) {
    pieces.push(list.slice(at, at + (sizes.next().value ?? 1)));
  }
  return pieces;
}
