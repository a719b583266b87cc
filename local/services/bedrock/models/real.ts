import {
  type BedrockRuntimeClient,
  type ContentBlock,
  ConverseCommand,
  type ConverseRequest,
  InvokeModelCommand,
  InvokeModelWithBidirectionalStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { AwsError, type Caller } from '../../../contracts.ts';
import type { MediaReader } from '../media.ts';
import type { Models } from './models.ts';

/**
 * Models on AWS, with the developer's own credentials. Everything else stays on this machine: functions are still held
 * to their roles and to the stack's guardrail, and a video or a picture that a request names in S3 is read here and sent along.
 * @param client a client of the region of the call at hand
 */
export function realModels(client: () => BedrockRuntimeClient, media: MediaReader): Models {
  return {
    name: undefined,

    // AWS knows its models best.
    expect() {},

    async converse({ guardrailConfig: _local, ...request }, caller) {
      const messages = await carryMedia(request, media, caller);
      const { output, stopReason, usage } = await sent(
        client().send(new ConverseCommand({ ...request, messages })),
      );
      const content = output?.message?.content ?? [];
      return {
        content,
        stopReason: stopReason ?? 'end_turn',
        usage: usage ?? { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
      };
    },

    async invoke(modelId, body) {
      const input = { modelId, body, contentType: 'application/json' };
      const answer = await sent(client().send(new InvokeModelCommand(input)));
      return { body: answer.body, inputTokens: undefined };
    },

    async *speak(modelId, chunks) {
      const body = (async function* () {
        for await (const bytes of chunks) yield { chunk: { bytes } };
      })();
      const input = { modelId, body };
      const answer = await sent(client().send(new InvokeModelWithBidirectionalStreamCommand(input)));
      for await (const { chunk } of answer.body ?? []) if (chunk?.bytes) yield chunk.bytes;
    },
  };
}

async function carryMedia({ messages = [] }: ConverseRequest, media: MediaReader, caller: Caller) {
  const carry = async (block: ContentBlock): Promise<ContentBlock> => {
    const source = (block.video ?? block.image)?.source;
    if (!source?.s3Location) return block;
    const carried = { bytes: await media.read(source, caller) };
    if (block.image) return { image: { ...block.image, source: carried } };
    return block.video ? { video: { ...block.video, source: carried } } : block;
  };
  return Promise.all(
    messages.map(async ({ role, content = [] }) => ({
      role,
      content: await Promise.all(content.map(carry)),
    })),
  );
}

/** Names an error of the developer's own credentials as such: the functions' credentials are fine. */
async function sent<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Error) || !/Credentials|Token(?:Provider|Expired)/.test(error.name)) throw error;
    const remedy = 'sign in (aws sso login) or set AWS_PROFILE, then start again';
    throw new AwsError(
      'AccessDeniedException',
      403,
      `NOVA_MODELS=bedrock needs AWS credentials; ${remedy}: ${error.message}`,
    );
  }
}
