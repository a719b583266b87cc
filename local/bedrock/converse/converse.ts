import { randomUUID } from 'node:crypto';
import type {
  ContentBlock,
  ConverseRequest,
  ConverseTrace,
  GuardrailTraceAssessment,
  StopReason,
  TokenUsage,
} from '@aws-sdk/client-bedrock-runtime';
import type { Thought } from '../chat/think.ts';
import type { GuardrailPolicy } from '../guardrails/policy.ts';
import { countTokens, firstTokens } from '../text/tokens.ts';
import { guardInput, guardOutput } from './guarded.ts';
import { usageOf } from './tokens.ts';

/** What Converse answers, whether at once or in pieces. */
export interface Conversed {
  readonly content: readonly ContentBlock[];
  readonly stopReason: StopReason;
  readonly usage: TokenUsage;
  readonly trace: ConverseTrace | undefined;
}

/**
 * Answers a Converse request: guardrail, thought, limits, guardrail again.
 * @param policy the guardrail the request names, if it names one
 */
export async function converse(
  request: ConverseRequest,
  policy: GuardrailPolicy | undefined,
  think: (request: ConverseRequest) => Promise<Thought>,
): Promise<Conversed> {
  const withTrace = request.guardrailConfig?.trace?.startsWith('enabled') ?? false;
  const traced = (trace: GuardrailTraceAssessment) => (withTrace ? { guardrail: trace } : undefined);
  const input = policy && guardInput(policy, request.messages ?? []);
  if (policy && input?.blocked) {
    const content = [{ text: policy.blockedInput }];
    return {
      content,
      stopReason: 'guardrail_intervened',
      usage: usageOf(request, []),
      trace: traced(input.trace),
    };
  }
  const messages = input?.masked ? input.value : request.messages;
  const { content, stopReason } = limited(contentOf(await think({ ...request, messages })), request);
  const usage = usageOf(request, content);
  if (!policy || !input) return { content, stopReason, usage, trace: undefined };
  const output = guardOutput(policy, content);
  const intervened = output.blocked || output.masked;
  return {
    content: output.value,
    stopReason: intervened ? 'guardrail_intervened' : stopReason,
    usage,
    trace: traced({ ...input.trace, ...output.trace }),
  };
}

function contentOf(thought: Thought): ContentBlock[] {
  if (thought.kind === 'text') return [{ text: thought.text }];
  // What a tool is asked is JSON, which the SDK's document type cannot say of a record.
  return thought.calls.map(({ name, input }) => ({
    toolUse: { toolUseId: `tooluse_${randomUUID()}`, name, input: input as never },
  }));
}

/** Ends a text at a stop sequence or at the number of tokens asked for, whichever comes first. */
function limited(
  content: ContentBlock[],
  { inferenceConfig = {} }: ConverseRequest,
): { content: ContentBlock[]; stopReason: StopReason } {
  const [block] = content;
  if (block?.text === undefined) return { content, stopReason: 'tool_use' };
  const { stopSequences = [], maxTokens = Number.POSITIVE_INFINITY } = inferenceConfig;
  const stops = stopSequences.map((stop) => block.text?.indexOf(stop) ?? -1).filter((place) => place >= 0);
  const text = stops.length > 0 ? block.text.slice(0, Math.min(...stops)) : block.text;
  if (countTokens(text) > maxTokens)
    return { content: [{ text: firstTokens(text, maxTokens) }], stopReason: 'max_tokens' };
  return { content: [{ text }], stopReason: stops.length > 0 ? 'stop_sequence' : 'end_turn' };
}
