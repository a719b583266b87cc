import * as z from 'zod';
import { Citation, Guardrail, ToolCall } from '../api/chat.ts';
import { TokenUsage } from '../api/common.ts';
import { type EventType, erasedText } from './envelope.ts';

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
    personal: { fields: { message: erasedText, reply: erasedText, toolCalls: [], citations: [] } },
  },
  TurnFailed: {
    aggregate: 'session',
    schemaVersion: 1,
    data: z.object({ reason: z.string() }),
    personal: { fields: { reason: erasedText } },
  },
  SessionDeleted: {
    aggregate: 'session',
    schemaVersion: 1,
    data: z.object({}),
  },
  /** Requests the end of the answer in progress, if there is one. */
  AnswerStopped: {
    aggregate: 'session',
    schemaVersion: 1,
    data: z.object({}),
  },
} as const satisfies Record<string, EventType<'session'>>;
