import type {
  ContentBlock,
  Message,
  SystemContentBlock,
  ToolResultBlock,
} from '@aws-sdk/client-bedrock-runtime';
import { fromJson } from '../json.ts';

/** A tool's use in a turn, and what came back. */
export interface Exchange {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  /** Absent until the tool has answered. */
  result?: { readonly failed: boolean; readonly values: readonly unknown[] };
}

/** A user's message, and all that followed until the next one. */
export interface Turn {
  message: string;
  readonly exchanges: Exchange[];
  reply: string;
}

export interface Conversation {
  readonly earlier: readonly Turn[];
  readonly current: Turn;
  /** Ids that the system prompt names: content the user points to. */
  readonly pointedTo: readonly string[];
}

const uuid = /\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/giu;

/** The ids (UUIDs) a text names, each once, in order. */
export const idsIn = (text: string) => [...new Set(text.match(uuid)?.map((id) => id.toLowerCase()))];

/** A text without the ids in it. */
export const withoutIds = (text: string) => text.replace(uuid, ' ').replace(/\s+/gu, ' ').trim();

/** A conversation as turns. Of the system prompt only the ids in it are taken. */
export function readConversation(
  messages: readonly Message[],
  system: readonly SystemContentBlock[] = [],
): Conversation {
  const turns: Turn[] = [];
  for (const { role, content = [] } of messages) {
    const text = content.flatMap(blockTexts).join('\n').trim();
    const results = content.flatMap(({ toolResult }) => (toolResult ? [toolResult] : []));
    const turn = turns.at(-1);
    if (role === 'user') {
      if (turn) for (const result of results) attach(turn, result);
      if (text !== '' || results.length === 0) turns.push({ message: text, exchanges: [], reply: '' });
    } else if (turn) {
      turn.reply = [turn.reply, text].filter(Boolean).join('\n');
      turn.exchanges.push(...content.flatMap(exchangeOf));
    }
  }
  const current = turns.pop() ?? { message: '', exchanges: [], reply: '' };
  return { earlier: turns, current, pointedTo: idsIn(system.map(({ text }) => text ?? '').join('\n')) };
}

/** The words of a block, guarded or not. */
export const blockTexts = ({ text, guardContent }: ContentBlock): string[] =>
  [text, guardContent?.text?.text].filter((one) => one !== undefined);

function exchangeOf({ toolUse }: ContentBlock): Exchange[] {
  return toolUse ? [{ id: toolUse.toolUseId ?? '', name: toolUse.name ?? '', input: toolUse.input }] : [];
}

function attach(turn: Turn, { toolUseId, status, content = [] }: ToolResultBlock): void {
  const exchange = turn.exchanges.find(({ id }) => id === toolUseId);
  if (!exchange) return;
  const values = content.flatMap(({ json, text }) => {
    if (json !== undefined) return [json];
    return text === undefined ? [] : [fromJson(text) ?? text];
  });
  exchange.result = { failed: status === 'error', values };
}
