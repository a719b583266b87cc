import type { ContentBlock, ConverseStreamOutput } from '@aws-sdk/client-bedrock-runtime';
import type { Conversed } from './converse.ts';

/** Words of a piece of text, and characters of a piece of a tool's input. */
const textPiece = /\S*\s*\S*\s*\S*\s*/gu;
const inputPiece = /.{1,24}/gsu;

/**
 * An answer in pieces, as ConverseStream sends it.
 * @param standIn name of the stand-in; undefined for an answer of a model
 */
export async function* inPieces(
  { content, stopReason, usage, trace }: Conversed,
  standIn: string | undefined,
  latencyMs: () => number,
): AsyncGenerator<ConverseStreamOutput> {
  yield { messageStart: { role: 'assistant' } };
  for (const [index, block] of content.entries()) yield* pieces(block, index);
  yield {
    messageStop: {
      stopReason,
      additionalModelResponseFields: standIn === undefined ? undefined : { standIn },
    },
  };
  yield { metadata: { usage, metrics: { latencyMs: latencyMs() }, trace } };
}

function* pieces(
  { text, toolUse }: ContentBlock,
  contentBlockIndex: number,
): Generator<ConverseStreamOutput> {
  if (toolUse) {
    const { toolUseId, name } = toolUse;
    yield { contentBlockStart: { contentBlockIndex, start: { toolUse: { toolUseId, name } } } };
    for (const [input] of JSON.stringify(toolUse.input).matchAll(inputPiece)) {
      yield { contentBlockDelta: { contentBlockIndex, delta: { toolUse: { input } } } };
    }
  } else {
    for (const [piece] of (text ?? '').matchAll(textPiece)) {
      if (piece !== '') yield { contentBlockDelta: { contentBlockIndex, delta: { text: piece } } };
    }
  }
  yield { contentBlockStop: { contentBlockIndex } };
}
