import type * as sdk from '@aws-sdk/client-bedrock-runtime';
import type { Operations } from '../aws/server/operations.ts';
import type { Caller } from '../services.ts';
import { think } from './chat/think.ts';
import { type Conversed, converse } from './converse/converse.ts';
import { inPieces } from './converse/stream.ts';
import { validateConverse } from './converse/validate.ts';
import { embed } from './embeddings/index.ts';
import { applyGuardrail, type Guardrails } from './guardrails/index.ts';
import { base64Source, type MediaReader } from './media.ts';
import { authoriseModel, expectAbility, type Home, resolveModel } from './models/resolve.ts';
import type { Script } from './script.ts';
import { converseBySpeech } from './speech/sonic/session.ts';
import { standInName } from './stand-in.ts';
import { analyseVideo, videosOf } from './video/analyse.ts';

export interface OperationParts {
  readonly home: Home;
  readonly guardrails: Guardrails;
  readonly media: MediaReader;
  readonly script: Script;
  /** Puts a header on the answer to the call at hand. */
  readonly setHeader: (name: string, value: string) => void;
}

/** Bedrock Runtime's operations: who may, then what is wrong with it, then the answer. */
export function bedrockOperations(parts: OperationParts): Operations<typeof sdk> {
  const { home, guardrails, media, script, setHeader } = parts;

  const guardrailFor = (identifier: string | undefined, version: string | undefined, caller: Caller) => {
    const policy = guardrails.find(identifier, version);
    caller.authorise('bedrock:ApplyGuardrail', policy.arn);
    return policy;
  };

  async function answer(request: sdk.ConverseRequest, caller: Caller, action: string): Promise<Conversed> {
    const target = resolveModel(request.modelId, home);
    authoriseModel(caller, action, target);
    expectAbility(target, 'chat', 'conversations');
    validateConverse(request);
    const { guardrailIdentifier, guardrailVersion } = request.guardrailConfig ?? {};
    const policy = request.guardrailConfig && guardrailFor(guardrailIdentifier, guardrailVersion, caller);
    const hasVideo = videosOf(request).length > 0;
    if (hasVideo) expectAbility(target, 'video', 'the video content block');
    return converse(request, policy, async (guarded) => {
      const scripted = script.next();
      if (scripted) return scripted;
      if (hasVideo) return analyseVideo(guarded, (source, use) => media.withFile(source, caller, use));
      return think(guarded.messages ?? [], guarded.system, guarded.toolConfig);
    });
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
        additionalModelResponseFields: { standIn: standInName },
        ...(trace ? { trace } : {}),
      };
    },

    async ConverseStream(request, { caller }) {
      const since = performance.now();
      const answered = await answer(request, caller, 'bedrock:InvokeModelWithResponseStream');
      return { stream: inPieces(answered, () => elapsed(since)) };
    },

    async InvokeModel({ modelId, body }, { caller }) {
      const since = performance.now();
      const target = resolveModel(modelId, home);
      authoriseModel(caller, 'bedrock:InvokeModel', target);
      expectAbility(target, 'embedding', 'InvokeModel here; use Converse');
      const read = (source: Record<string, unknown>) => media.read(base64Source(source), caller);
      const embedded = await embed((body ?? new Uint8Array()) as Uint8Array, read);
      setHeader('x-amzn-bedrock-input-token-count', String(embedded.inputTokens));
      setHeader('x-amzn-bedrock-invocation-latency', String(elapsed(since)));
      return { body: toBytes(embedded.body), contentType: 'application/json' };
    },

    async InvokeModelWithBidirectionalStream({ modelId, body }, { caller }) {
      const target = resolveModel(modelId, home);
      authoriseModel(caller, 'bedrock:InvokeModelWithBidirectionalStream', target);
      expectAbility(target, 'speech', 'bidirectional streams');
      return { body: speechChunks(converseBySpeech(chunksOf(body))) };
    },

    async ApplyGuardrail(request, { caller }) {
      const policy = guardrailFor(request.guardrailIdentifier, request.guardrailVersion, caller);
      return applyGuardrail(policy, request);
    },
  };
}

const elapsed = (since: number) => Math.round(performance.now() - since);
const toBytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

async function* chunksOf(
  body: AsyncIterable<sdk.InvokeModelWithBidirectionalStreamInput> | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const { chunk } of body ?? []) if (chunk?.bytes) yield chunk.bytes;
}

async function* speechChunks(events: AsyncIterable<object>) {
  for await (const event of events) yield { chunk: { bytes: toBytes({ event }) } };
}
