import { limits } from '@nova/shared/limits';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueForSummary, fitTurns, type RememberedTurn, withSummary } from './history.ts';

const text = fc
  .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 2000 }))
  .map(([words, times]) => words.repeat(times));
const turns = fc.array(fc.record<RememberedTurn>({ message: text, reply: text }), { maxLength: 30 });
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const short = (n: number): RememberedTurn => ({ message: `question ${n}`, reply: `answer ${n}` });
const shortTurns = (count: number) => Array.from({ length: count }, (_, n) => short(n));

describe('the turns that stay', () => {
  it('are the newest, unchanged, within their limits', () => {
    fc.assert(
      fc.property(turns, (all) => {
        const kept = fitTurns(all);

        expect(kept).toEqual(kept.length === 0 ? [] : all.slice(-kept.length));
        expect(kept.length).toBeLessThanOrEqual(limits.sessionTurnsMax);
        expect(bytesOf(kept)).toBeLessThanOrEqual(limits.sessionMemoryBytes);
        const fits = all.length <= limits.sessionTurnsMax && bytesOf(all) <= limits.sessionMemoryBytes;
        if (fits) expect(kept).toEqual(all);
      }),
    );
  });
});

describe('the oldest turns', () => {
  it.each([
    [0, 0],
    [limits.sessionTurns - 1, 0],
    [limits.sessionTurns, limits.sessionTurnsSummarised],
    [limits.sessionTurnsMax, limits.sessionTurnsSummarised],
  ])('of %i short ones: %i are due for the summary', (count, due) => {
    expect(dueForSummary(shortTurns(count))).toBe(due);
  });

  it('are due earlier when they are large', () => {
    const large = { message: 'x'.repeat(limits.sessionTurnsBytes), reply: 'y' };

    expect(dueForSummary([large, short(1)])).toBe(1);
    expect(dueForSummary([large])).toBe(0);
  });

  it('leave the turns once they are in the summary, which is bounded', () => {
    const history = { summary: 'before', turns: shortTurns(10) };

    const after = withSummary(history, `${'é'.repeat(3000)}😀`, 4);

    expect(after.turns).toEqual(history.turns.slice(4));
    expect(after.summary).toHaveLength(limits.sessionSummaryChars);
  });
});
