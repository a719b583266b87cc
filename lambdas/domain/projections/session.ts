import type { SessionTurn } from '@nova/shared/api/sessions';
import type { StreamEvent } from '@nova/shared/events/index';
import { versionKey } from '@nova/shared/tables';
import type { DetailRow, Projection, RowPartition, Tombstone } from './projection.ts';
import { later } from './projection.ts';

export interface LiveSessionRow {
  readonly status: 'open';
  readonly sessionId: string;
  readonly turnCount: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type SessionRow = LiveSessionRow | Tombstone;

/** Partition of a session's turns, in order. */
export const turnsOf = (tenant: string, sessionId: string): RowPartition => ({
  tenant,
  collection: 'session',
  of: sessionId,
});

/** Conversations: one head row each and one row for each turn, so that a page of history costs the same in any session. */
export const sessionProjection: Projection<SessionRow> = {
  collection: 'session',
  version: 1,
  evolve(row, event) {
    if (event.type === 'SessionDeleted' || row?.status === 'deleted') return { status: 'deleted' };
    return {
      status: 'open',
      sessionId: event.stream.id,
      turnCount: event.type === 'TurnCompleted' ? event.data.turn : (row?.turnCount ?? 0),
      createdAt: row?.createdAt ?? event.occurredAt,
      updatedAt: later(row?.updatedAt, event.occurredAt),
    };
  },
  details(event) {
    return event.type === 'TurnCompleted' ? [turnRow(event)] : [];
  },
  erases({ type, stream }) {
    return type === 'SessionDeleted' ? turnsOf(stream.tenant, stream.id) : undefined;
  },
  leavesTombstone: ({ type }) => type === 'SessionDeleted',
};

function turnRow(event: StreamEvent<'TurnCompleted'>): DetailRow {
  const { turn, message, reply, toolCalls, citations } = event.data;
  const row: SessionTurn = { turn, at: event.occurredAt, message, reply, toolCalls, citations };
  return {
    key: { ...turnsOf(event.stream.tenant, event.stream.id), id: versionKey(turn) },
    row,
  };
}
