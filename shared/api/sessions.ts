import * as z from 'zod';
import { Id } from '../ids.ts';
import { Citation, ToolCall } from './chat.ts';
import { CreatedRange, Cursor, Instant, NextCursor, PageSize } from './common.ts';

export const SessionQuery = z.strictObject({ limit: PageSize, cursor: Cursor });

export const SessionTurn = z.object({
  turn: z.int(),
  at: Instant,
  message: z.string(),
  reply: z.string(),
  toolCalls: z.array(ToolCall),
  citations: z.array(Citation),
});
export type SessionTurn = z.infer<typeof SessionTurn>;

export const SessionSummary = z.object({
  sessionId: Id,
  createdAt: Instant,
  updatedAt: Instant,
  turnCount: z.int(),
});

export const Session = SessionSummary.extend({
  turns: z.array(SessionTurn).describe('Oldest first'),
  nextCursor: NextCursor,
});
export type Session = z.infer<typeof Session>;

export const ListSessionsQuery = z.strictObject({ ...CreatedRange, limit: PageSize, cursor: Cursor });

export const SessionPage = z.object({ items: z.array(SessionSummary), nextCursor: NextCursor });
export type SessionPage = z.infer<typeof SessionPage>;
