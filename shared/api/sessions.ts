import * as z from 'zod';
import { Id } from '../ids.ts';
import { Citation, ToolCall } from './chat.ts';
import { Cursor, Instant, PageSize } from './common.ts';

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

export const Session = z.object({
  sessionId: Id,
  createdAt: Instant,
  updatedAt: Instant,
  turnCount: z.int(),
  turns: z.array(SessionTurn).describe('Oldest first'),
  nextCursor: z.string().optional(),
});
export type Session = z.infer<typeof Session>;
