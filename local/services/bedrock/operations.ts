import type * as sdk from '@aws-sdk/client-bedrock-runtime';
import type { AwsLocation, Caller } from '../../contracts.ts';
import type { Operations } from '../../wire/schema/operations.ts';
import { type Conversed, converse } from './converse/converse.ts';
import { inPieces } from './converse/stream.ts';
import { applyGuardrail, type Guardrails } from './guardrails/guardrails.ts';
import type { Ability } from './models/catalogue.ts';
import { authoriseModel, locate } from './models/locate.ts';
import type { Models } from './models/models.ts';
import { imagesOf } from './pictures/read-pictures.ts';
import { videosOf } from './video/analyse.ts';

export interface OperationDependencies {
  /** The account, and the region of the call at hand. */
  readonly location: () => AwsLocation;
  readonly guardrails: Guardrails;
  readonly models: Models;
  /** Puts a header on the answer to the call at hand. */
  readonly setHeader: (name: string, value: string) => void;
}

/**
 * Bedrock Runtime's operations: each checks the model, then the caller's permission, then returns the model's response.
 */
export function bedrockOperations({
  location,
  guardrails,
  models,
  setHeader,
}: OperationDependencies): Operations<typeof sdk> {
  const admit = (modelId = '', ability: Ability, caller: Caller, action: string) => {
    const address = locate(modelId, location());
    models.expect(address, ability);
    authoriseModel(caller, action, address);
  };

  const guardrailFor = (identifier: string | undefined, version: string | undefined, caller: Caller) => {
    const policy = guardrails.find(identifier, version);
    caller.authorise('bedrock:ApplyGuardrail', policy.arn);
    return policy;
  };

  async function answer(request: sdk.ConverseRequest, caller: Caller, action: string): Promise<Conversed> {
    admit(request.modelId, abilityFor(request), caller, action);
    const { guardrailIdentifier, guardrailVersion } = request.guardrailConfig ?? {};
    const policy = request.guardrailConfig && guardrailFor(guardrailIdentifier, guardrailVersion, caller);
    return converse(request, policy, (guarded) => models.converse(guarded, caller));
  }

  return {
    async Converse(request, { caller }) {
      const since = performance.now();
      const { content, stopReason, usage, trace } = await answer(request, caller, 'bedrock:InvokeModel');
      return {
        output: { message: { role: 'assistant', content: [...content] } },
        stopReason,
        usage,
        metrics: { latencyMs: elapsed(since) },
        additionalModelResponseFields: models.name === undefined ? undefined : { standIn: models.name },
        trace,
      };
    },

    async ConverseStream(request, { caller }) {
      const since = performance.now();
      const answered = await answer(request, caller, 'bedrock:InvokeModelWithResponseStream');
      return { stream: inPieces(answered, models.name, () => elapsed(since)) };
    },

    async InvokeModel({ modelId = '', body }, { caller }) {
      const since = performance.now();
      admit(modelId, 'embedding', caller, 'bedrock:InvokeModel');
      const answered = await models.invoke(modelId, (body ?? new Uint8Array()) as Uint8Array, caller);
      if (answered.inputTokens !== undefined) {
        setHeader('x-amzn-bedrock-input-token-count', String(answered.inputTokens));
      }
      setHeader('x-amzn-bedrock-invocation-latency', String(elapsed(since)));
      return { body: answered.body, contentType: 'application/json' };
    },

    async InvokeModelWithBidirectionalStream({ modelId = '', body }, { caller }) {
      // The action has another name than the operation. Source: Bedrock API reference,
      // InvokeModelWithBidirectionalStream.
      admit(modelId, 'speech', caller, 'bedrock:InvokeModel');
      return { body: toChunks(models.speak(modelId, chunkBytes(body))) };
    },

    async ApplyGuardrail(request, { caller }) {
      const policy = guardrailFor(request.guardrailIdentifier, request.guardrailVersion, caller);
      return applyGuardrail(policy, request);
    },
  };
}

/** What a conversation asks of its model. */
function abilityFor(request: sdk.ConverseRequest): Ability {
  if (videosOf(request).length > 0) return 'video';
  return imagesOf(request).length > 0 ? 'image' : 'chat';
}

const elapsed = (since: number) => Math.round(performance.now() - since);

async function* chunkBytes(
  body: AsyncIterable<sdk.InvokeModelWithBidirectionalStreamInput> | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const { chunk } of body ?? []) if (chunk?.bytes) yield chunk.bytes;
}

async function* toChunks(messages: AsyncIterable<Uint8Array>) {
  for await (const bytes of messages) yield { chunk: { bytes } };
}
