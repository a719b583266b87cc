import { marshall } from '@aws-sdk/util-dynamodb';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordableInput } from './tool-call-log.ts';

describe('the recorded input of a tool', () => {
  it('is unchanged when it is ordinary', () => {
    const input = { query: 'opening hours', topK: 5, contentIds: ['a'], nothing: null, share: 0.25 };

    expect(recordableInput(input)).toBe(input);
  });

  it.each([
    ['a number DynamoDB cannot hold', { topK: 1e300 }],
    ['an integer JavaScript cannot count', { topK: 2 ** 60 }],
    ['a number too near to zero', { topK: 1e-200 }],
    ['an empty key', { '': 1 }],
    ['half a character', { query: '\ud800' }],
    ['objects in objects without end', Array.from({ length: 40 }).reduce((inner) => ({ inner }), {})],
    ['too much text', { query: 'x'.repeat(10_000) }],
  ])('is text when it contains %s', (_, input) => {
    const recorded = recordableInput(input);

    expect(typeof recorded).toBe('string');
    expect(String(recorded).length).toBeLessThanOrEqual(4000);
  });

  it('always fits into an item', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 40 }), (input) => {
        const recorded = recordableInput(input);

        const item = marshall({ input: recorded }, { removeUndefinedValues: true });
        expect(depthOf(item)).toBeLessThan(64);
        expect(JSON.stringify(recorded)?.length ?? 0).toBeLessThanOrEqual(8002);
      }),
    );
  });
});

/** Nested objects; DynamoDB's own notation doubles their depth. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
