import type { EventName, StreamEvent } from '@nova/shared/events/index';
import { tokenCostUsd } from '@nova/shared/models';

/**
 * The expected rows of a stream, derived from its events without the projections. They contain only what can be
 * computed in another way than theirs, so that a fault of a projection shows.
 */
export interface ExpectedRow {
  /** Members of the head row, with their values. */
  readonly head: object;
  /** The messages of a session, by turn. */
  readonly turns?: readonly { readonly turn: number; readonly message: string; readonly reply: string }[];
}

export function expectedRow(events: readonly StreamEvent[]): ExpectedRow {
  switch (events[0]?.stream.aggregate) {
    case 'session':
      return sessionRow(events);
    case 'content':
      return { head: contentRow(events) };
    case 'job':
      return { head: jobRow(events) };
    default:
      return { head: usageRow(events) };
  }
}

function sessionRow(events: readonly StreamEvent[]): ExpectedRow {
  if (isDeleted(events)) return { head: { status: 'deleted' }, turns: [] };
  const turns = events
    .filter((event) => event.type === 'TurnCompleted')
    .map((event) => (event as StreamEvent<'TurnCompleted'>).data);
  return {
    head: {
      status: 'open',
      turnCount: turns.length,
      createdAt: events[0]?.occurredAt,
      updatedAt: latest(events),
    },
    turns: turns.map(({ turn, message, reply }) => ({ turn, message, reply })),
  };
}

function contentRow(events: readonly StreamEvent[]): object {
  if (isDeleted(events)) return { status: 'deleted' };
  const has = (type: StreamEvent['type']) => events.some((event) => event.type === type);
  const status = has('ContentUploaded') ? 'ready' : has('ContentRejected') ? 'rejected' : 'awaiting-upload';
  const transcripts = events.flatMap((event) =>
    event.type === 'TranscriptAttached' ? [event.data.objectKey] : [],
  );
  const transcriptKey = transcripts.sort().at(-1);
  return { status, indexed: has('ContentIndexed'), ...(transcriptKey ? { transcriptKey } : {}) };
}

const jobStatus: Readonly<Partial<Record<StreamEvent['type'], string>>> = {
  JobRequested: 'queued',
  JobStarted: 'running',
  JobCompleted: 'done',
  JobFailed: 'failed',
  JobCancelled: 'cancelled',
};

function jobRow(events: readonly StreamEvent[]): object {
  const last = events.findLast(({ type }) => jobStatus[type] !== undefined);
  return { status: jobStatus[last?.type ?? 'JobRequested'], updatedAt: latest(events) };
}

function usageRow(events: readonly StreamEvent[]): object {
  const used = events.map((event) => (event as StreamEvent<'TokensUsed'>).data);
  const sources = [...Map.groupBy(used, ({ source }) => source)].map(([source, all]) => [
    source,
    {
      inputTokens: all.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
      outputTokens: all.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
      costUsd: all.reduce((sum, { model, ...tokens }) => sum + tokenCostUsd(model, tokens), 0),
    },
  ]);
  return { day: events[0]?.stream.id, sources: Object.fromEntries(sources) };
}

/** Clocks of writers differ: the last event does not always have the latest time. */
const latest = (events: readonly StreamEvent[]) =>
  events
    .map(({ occurredAt }) => occurredAt)
    .sort()
    .at(-1);

export const isDeletion = (type: EventName) => type === 'SessionDeleted' || type === 'ContentDeleted';

const isDeleted = (events: readonly StreamEvent[]) => events.some(({ type }) => isDeletion(type));
