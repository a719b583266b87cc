import type { MessageData } from '@strands-agents/sdk';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitHistory, type RememberedTurn, spokenTurn } from './history.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });

const exchange = fc
  .array(fc.tuple(fc.uuid(), text), { minLength: 1, maxLength: 3 })
  .map((calls): MessageData[] => [
    {
      role: 'assistant',
      content: calls.map(([toolUseId, query]) => ({
        toolUse: { name: 'search_content', toolUseId, input: { query } },
      })),
    },
    {
      role: 'user',
      content: calls.map(([toolUseId, found]) => ({
        toolResult: { toolUseId, status: 'success', content: [{ text: found }] },
      })),
    },
  ]);

const turn = fc
  .tuple(text, fc.array(exchange, { maxLength: 3 }), text)
  .map(([message, exchanges, reply]): RememberedTurn => {
    const [asked, answered] = spokenTurn(message, reply);
    return [asked, ...exchanges.flat(), answered].filter((m) => m !== undefined);
  });

const history = fc.array(turn, { maxLength: 12 });
const bounds = fc.record({
  turns: fc.integer({ min: 1, max: 12 }),
  bytes: fc.integer({ min: 2, max: 6000 }),
});

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

function toolIds(message: MessageData | undefined, kind: 'toolUse' | 'toolResult'): string[] {
  return (message?.content ?? []).flatMap((block) => {
    if (kind === 'toolUse' && 'toolUse' in block) return [block.toolUse.toolUseId];
    return kind === 'toolResult' && 'toolResult' in block ? [block.toolResult.toolUseId] : [];
  });
}

/** What Bedrock demands of a conversation. */
function expectValid(messages: readonly MessageData[]): void {
  messages.forEach((message, index) => {
    expect(message.role).toBe(index % 2 === 0 ? 'user' : 'assistant');
    expect(toolIds(messages[index + 1], 'toolResult')).toEqual(toolIds(message, 'toolUse'));
  });
  expect(toolIds(messages[0], 'toolResult')).toEqual([]);
  expect(toolIds(messages.at(-1), 'toolUse')).toEqual([]);
}

describe('the history that is kept', () => {
  it('never exceeds its bounds', () => {
    fc.assert(
      fc.property(history, bounds, (turns, limit) => {
        const kept = fitHistory(turns, limit);

        expect(kept.length).toBeLessThanOrEqual(limit.turns);
        expect(bytesOf(kept)).toBeLessThanOrEqual(Math.max(limit.bytes, bytesOf([])));
      }),
    );
  });

  it('is always a conversation Bedrock takes', () => {
    fc.assert(
      fc.property(history, bounds, (turns, limit) => {
        expectValid(fitHistory(turns, limit).flat());
      }),
    );
  });

  it('is the newest turns, each with its own words', () => {
    fc.assert(
      fc.property(history, bounds, (turns, limit) => {
        const kept = fitHistory(turns, limit);

        const newest = kept.length === 0 ? [] : turns.slice(-kept.length);
        expect(kept.map((t) => [t[0], t.at(-1)])).toEqual(newest.map((t) => [t[0], t.at(-1)]));
      }),
    );
  });

  it('is untouched where it fits', () => {
    fc.assert(
      fc.property(history, (turns) => {
        expect(fitHistory(turns, { turns: 12, bytes: bytesOf(turns) + 1 })).toEqual(turns);
      }),
    );
  });

  it('gives up the tools of old turns before it gives up a turn', () => {
    // Prepare
    const found = 'x'.repeat(500);
    const searched = (n: number): RememberedTurn => [
      { role: 'user', content: [{ text: `question ${n}` }] },
      { role: 'assistant', content: [{ toolUse: { name: 't', toolUseId: `${n}`, input: {} } }] },
      {
        role: 'user',
        content: [{ toolResult: { toolUseId: `${n}`, status: 'success', content: [{ text: found }] } }],
      },
      { role: 'assistant', content: [{ text: `answer ${n}` }] },
    ];

    // Act
    const kept = fitHistory([searched(1), searched(2), searched(3)], { turns: 20, bytes: 1100 });

    // Assess
    expect(kept).toEqual([
      spokenTurn('question 1', 'answer 1'),
      spokenTurn('question 2', 'answer 2'),
      searched(3),
    ]);
  });
});
