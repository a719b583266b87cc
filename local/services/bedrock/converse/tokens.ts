import type { ContentBlock, ConverseRequest, TokenUsage } from '@aws-sdk/client-bedrock-runtime';
import { blockTexts } from '../chat/conversation.ts';
import { countTokens } from '../text/tokens.ts';

/** Tokens of a piece of media. Our own figure: a model's count depends on the length, which is not known here. */
const mediaTokens = 256;

const isMedia = ({ image, video, document, audio }: ContentBlock) =>
  (image ?? video ?? document ?? audio) !== undefined;

/** Tokens of a request and its answer, by a fixed rule. */
export function tokenUsage(
  { system = [], messages = [], toolConfig }: ConverseRequest,
  answer: readonly ContentBlock[],
): TokenUsage {
  const blocks = messages.flatMap(({ content = [] }) => content);
  const texts = [
    ...system.map(({ text }) => text ?? ''),
    ...blocks.flatMap(countedTexts),
    JSON.stringify(toolConfig?.tools ?? []),
  ];
  const media = blocks.filter(isMedia).length * mediaTokens;
  const inputTokens = media + texts.reduce((sum, text) => sum + countTokens(text), 0);
  const outputTokens = answer.flatMap(countedTexts).reduce((sum, text) => sum + countTokens(text), 0);
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
}

function countedTexts(block: ContentBlock): string[] {
  const { toolUse, toolResult } = block;
  const tool = toolUse ? { name: toolUse.name, input: toolUse.input } : toolResult?.content;
  return [...blockTexts(block), ...(tool === undefined ? [] : [JSON.stringify(tool)])];
}
