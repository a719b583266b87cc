import { limits } from '@nova/shared/limits';
import type { MessageData } from '@strands-agents/sdk';

/**
 * One turn as the model will read it again: the user's message first, the assistant's answer last, and between them
 * tool exchanges (the assistant's tool uses, then a message with exactly their results). Bedrock refuses a
 * conversation in which a tool use or a result stands alone, so a turn is only ever kept whole or without its tools.
 */
export type RememberedTurn = readonly MessageData[];

/** A turn of which only the words are known. */
export function spokenTurn(message: string, reply: string): RememberedTurn {
  return [
    { role: 'user', content: [{ text: message }] },
    { role: 'assistant', content: [{ text: reply }] },
  ];
}

export interface HistoryBounds {
  readonly turns: number;
  /** Of the history as JSON in UTF-8. */
  readonly bytes: number;
}

/**
 * The newest turns of a conversation that fit. Where they do not, the oldest lose their tool exchanges first, which are
 * the bulk of it, and only then are they left out.
 * @param history oldest turn first
 */
export function fitHistory(
  history: readonly RememberedTurn[],
  { turns, bytes }: HistoryBounds = { turns: limits.sessionTurns, bytes: limits.sessionMemoryBytes },
): RememberedTurn[] {
  const kept = history.slice(-turns);
  const sizes = kept.map(jsonBytes);
  const tooLarge = () => brackets + sizes.reduce((sum, size) => sum + size, 0) > bytes;
  for (let oldest = 0; oldest < kept.length && tooLarge(); oldest++) {
    const words = withoutTools(kept[oldest] ?? []);
    kept[oldest] = words;
    sizes[oldest] = jsonBytes(words);
  }
  while (kept.length > 0 && tooLarge()) {
    kept.shift();
    sizes.shift();
  }
  return kept;
}

/** `[` and `]` around the turns. */
const brackets = 2;

/** Bytes of a turn in the history's JSON, the comma after it included. */
const jsonBytes = (turn: RememberedTurn) => Buffer.byteLength(JSON.stringify(turn)) + 1;

function withoutTools(turn: RememberedTurn): RememberedTurn {
  const [message] = turn;
  const answer = turn.at(-1);
  return message && answer && turn.length > 2 ? [message, answer] : turn;
}
