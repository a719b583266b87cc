import * as z from 'zod';
import { Id } from '../ids.ts';
import { limits } from '../limits.ts';
import { Problem, Seconds, Text, TokenUsage } from './common.ts';
import { DocumentPlace } from './place.ts';

export const ChatRequest = z.strictObject({
  sessionId: Id.optional().describe('The session to continue; a new one is started when absent'),
  message: Text.trim().min(1).max(limits.messageChars),
  contentIds: z
    .array(Id)
    .max(limits.contentIdsPerChat)
    .optional()
    .describe('Content items that the agent looks at first'),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

export const ToolCall = z.object({
  id: z.string(),
  name: z.string(),
  input: z.unknown(),
  status: z.enum(['success', 'error']),
});
export type ToolCall = z.infer<typeof ToolCall>;

export const Citation = z.object({
  contentId: Id,
  start: Seconds.nullable(),
  end: Seconds.nullable(),
  ...DocumentPlace.shape,
  text: z.string(),
});
export type Citation = z.infer<typeof Citation>;

/** What a guardrail checked: the user's message, the answer, or the result of a tool. */
const guardrailSources = ['input', 'output', 'tool'] as const;

export const Guardrail = z.object({
  action: z.literal('intervened'),
  source: z
    .enum(guardrailSources)
    .describe(
      'input: the message was not answered. output: the answer was withheld or masked. tool: passages that try to instruct the agent were withheld from it; the answer stands',
    ),
  policies: z
    .array(z.string())
    .optional()
    .describe(
      'The policies that intervened, never the text: content:HATE, topic:…, word, pii:PASSWORD, grounding:GROUNDING',
    ),
});
export type Guardrail = z.infer<typeof Guardrail>;

export const ChatResponse = z.object({
  sessionId: Id,
  reply: z.string(),
  toolCalls: z.array(ToolCall),
  citations: z.array(Citation),
  usage: TokenUsage,
  stopReason: z
    .string()
    .describe(
      'Why the answer ended: endTurn, or the reason that it is incomplete: maxTokens, limitTurns, limitOutputTokens, limitTotalTokens, timeLimit, cancelled, guardrailIntervened',
    ),
  guardrail: Guardrail.optional(),
});
export type ChatResponse = z.infer<typeof ChatResponse>;

/**
 * The events of the answer as a stream (`Accept: text/event-stream`), each a server-sent event whose `event` is the
 * key and whose `data` is the value as JSON. `session` comes first; `done` or `error` comes last.
 */
export const chatStreamEvents = {
  session: z.object({ sessionId: Id }),
  text: z.object({ text: z.string() }),
  tool_call: ToolCall.omit({ status: true }),
  tool_result: ToolCall.pick({ id: true, name: true, status: true }),
  guardrail: Guardrail.extend({
    reply: z
      .string()
      .optional()
      .describe('Replaces all text streamed before, which is withdrawn; absent when that text stands'),
  }),
  usage: TokenUsage,
  done: ChatResponse.omit({ reply: true }),
  error: Problem,
} as const;
export type ChatStreamEvents = {
  [K in keyof typeof chatStreamEvents]: z.infer<(typeof chatStreamEvents)[K]>;
};
