import * as z from 'zod';
import { Citation, Guardrail, ToolCall } from '../api/chat.ts';
import { TokenUsage } from '../api/common.ts';
import type { EventType } from './envelope.ts';

/** History of one conversation with the agent. */
export const sessionEvents = {
  SessionStarted: {
    aggregate: 'session',
    schemaVersion: 1,
    data: z.object({}),
  },
  TurnCompleted: {
    aggregate: 'session',
    schemaVersion: 1,
    data: z.object({
      turn: z.int().positive(),
      message: z.string(),
      reply: z.string(),
      toolCalls: z.array(ToolCall),
      citations: z.array(Citation),
      usage: TokenUsage,
      model: z.string(),
      stopReason: z.string(),
      guardrail: Guardrail.optional(),
    }),
  },
  TurnFailed: {
    aggregate: 'session',
    schemaVersion: 1,
    data: z.object({ reason: z.string() }),
  },
  SessionDeleted: {
    aggregate: 'session',
    schemaVersion: 1,
    data: z.object({}),
  },
} as const satisfies Record<string, EventType<'session'>>;
