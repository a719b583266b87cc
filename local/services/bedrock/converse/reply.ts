import { randomUUID } from 'node:crypto';
import type { ContentBlock, ConverseRequest } from '@aws-sdk/client-bedrock-runtime';
import type { NextStep } from '../chat/respond.ts';
import type { Reply } from '../models/models.ts';
import { countTokens, firstTokens } from '../text/tokens.ts';
import { tokenUsage } from './tokens.ts';

/** A next step as a model's reply: within the limits of the request, with its tokens counted. */
export function replyOf(step: NextStep, request: ConverseRequest): Reply {
  const reply = step.kind === 'text' ? limited(step.text, request) : askFor(step.calls);
  return { ...reply, usage: tokenUsage(request, reply.content) };
}

type Answer = Pick<Reply, 'stopReason'> & { readonly content: ContentBlock[] };

function askFor(calls: Extract<NextStep, { kind: 'calls' }>['calls']): Answer {
  // A tool's input is JSON; the SDK's document type does not accept a record.
  const content = calls.map(({ name, input }) => ({
    toolUse: { toolUseId: `tooluse_${randomUUID()}`, name, input: input as never },
  }));
  return { content, stopReason: 'tool_use' };
}

/** Ends a text at a stop sequence or at the requested number of tokens, whichever comes first. */
function limited(text: string, { inferenceConfig = {} }: ConverseRequest): Answer {
  const { stopSequences = [], maxTokens = Number.POSITIVE_INFINITY } = inferenceConfig;
  const stops = stopSequences.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
  const kept = stops.length > 0 ? text.slice(0, Math.min(...stops)) : text;
  if (countTokens(kept) > maxTokens) {
    return { content: [{ text: firstTokens(kept, maxTokens) }], stopReason: 'max_tokens' };
  }
  return { content: [{ text: kept }], stopReason: stops.length > 0 ? 'stop_sequence' : 'end_turn' };
}
