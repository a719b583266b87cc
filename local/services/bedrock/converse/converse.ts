import type {
  ConverseRequest,
  ConverseTrace,
  GuardrailTraceAssessment,
} from '@aws-sdk/client-bedrock-runtime';
import type { GuardrailPolicy } from '../guardrails/policy.ts';
import type { Reply } from '../models/models.ts';
import { guardInput, guardOutput } from './guarded.ts';

/** The response of Converse, sent whole or in pieces. */
export interface Conversed extends Reply {
  readonly trace: ConverseTrace | undefined;
}

const noTokens = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };

/**
 * Answers a Converse request between two assessments of the guardrail: a blocked input never reaches the model.
 * @param policy the guardrail the request names, if it names one
 */
export async function converse(
  request: ConverseRequest,
  policy: GuardrailPolicy | undefined,
  model: (request: ConverseRequest) => Promise<Reply>,
): Promise<Conversed> {
  if (!policy) return { ...(await model(request)), trace: undefined };
  const withTrace = request.guardrailConfig?.trace?.startsWith('enabled') ?? false;
  const traced = (trace: GuardrailTraceAssessment) => (withTrace ? { guardrail: trace } : undefined);
  const input = guardInput(policy, request.messages ?? []);
  if (input.blocked) {
    const content = [{ text: policy.blockedInput }];
    return { content, stopReason: 'guardrail_intervened', usage: noTokens, trace: traced(input.trace) };
  }
  const reply = await model(input.masked ? { ...request, messages: input.value } : request);
  const output = guardOutput(policy, reply.content);
  return {
    content: output.value,
    stopReason: output.blocked || output.masked ? 'guardrail_intervened' : reply.stopReason,
    usage: reply.usage,
    trace: traced({ ...input.trace, ...output.trace }),
  };
}
