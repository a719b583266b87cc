import { variables } from '@nova/shared/environment';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../domain/errors.ts';
import { budgetOf, refuseExhausted } from './budget.ts';

const budgets = variables.TOKEN_BUDGETS.parse('{"perDay": 1000, "keys": {"guest": 50, "mute": 0}}');
const noon = new Date('2026-11-23T12:00:00.000Z');

describe('a budget', () => {
  it.each([
    ['of a key without an own one is the default', 'developer', 1000, 990],
    ['of a key overrides the default', 'guest', 50, 40],
    ['of zero tokens has none left', 'mute', 0, 0],
  ])('%s', (_, tenant, tokensPerDay, left) => {
    const resetsAt = '2026-11-24T00:00:00.000Z';

    expect(budgetOf(budgets, tenant, 10, noon)).toEqual({ tokensPerDay, used: 10, left, resetsAt });
  });

  it('resets at the next midnight, at no other time', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        (now) => {
          const resetsAt = Date.parse(budgetOf(budgets, 'guest', 0, now).resetsAt);
          expect(resetsAt % (24 * 3600 * 1000)).toBe(0);
          expect(resetsAt - now.getTime()).toBeGreaterThan(0);
          expect(resetsAt - now.getTime()).toBeLessThanOrEqual(24 * 3600 * 1000);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('that is used up is reported with its limit, the usage and the reset', () => {
    const refuse = (used: number) => refuseExhausted(budgetOf(budgets, 'guest', used, noon));

    expect(() => refuse(49)).not.toThrow();
    expect(() => refuse(50)).toThrow(DomainError);
    expect(() => refuse(57)).toThrow(
      expect.objectContaining({
        type: 'budget-exhausted',
        message: '57 of 50 tokens of the day are used; the budget resets at 2026-11-24T00:00:00.000Z.',
        resetsAt: '2026-11-24T00:00:00.000Z',
        // A program that heeds it would sleep for hours.
        retryAfterSeconds: undefined,
      }),
    );
  });

  it.each(['many', '{"perDay": -1, "keys": {}}', '{"perDay": 1.5, "keys": {}}', '{"keys": {}}'])(
    'is not read from %s',
    (text) => {
      expect(variables.TOKEN_BUDGETS.safeParse(text).success).toBe(false);
    },
  );
});
