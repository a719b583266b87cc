import type { ChatResponse } from '@nova/shared/api/chat';
import { Problem } from '@nova/shared/api/common';
import type { Usage } from '@nova/shared/api/usage';
import { limits } from '@nova/shared/limits';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../testing/api.ts';
import { pastMidnight } from '../testing/eventually.ts';
import { sharedPlatform } from '../testing/platform.ts';

/** A key that talks until its budget is used up, on the running platform. */

const platform = sharedPlatform();
beforeAll(() => pastMidnight());

/** A message of as many tokens as fit. */
const message = 'a '.repeat(limits.messageChars / 2).trim();
const mostTurns = 50;

const budgetOf = async (api: typeof platform.guest) => (await api.ok<Usage>('GET', '/usage')).budget;

describe('a key with a budget of its own', () => {
  it('gets its exact usage after every turn, and is refused once the budget is used up', async () => {
    const { tokensPerDay } = await budgetOf(platform.guest);
    let used = 0;
    let refusal: Answer | undefined;
    for (let turns = 0; !refusal && turns < mostTurns; turns++) {
      const answer = await platform.guest.call('POST', '/agent/chat', { body: { message } });
      if (answer.status !== 200) refusal = answer;
      else {
        const { usage } = answer.json as ChatResponse;
        const before = used;
        used += usage.inputTokens + usage.outputTokens;
        expect(before).toBeLessThan(tokensPerDay);
        expect(await budgetOf(platform.guest)).toMatchObject({
          used,
          left: Math.max(0, tokensPerDay - used),
        });
      }
    }

    expect(used).toBeGreaterThanOrEqual(tokensPerDay);
    expect(refusal?.status).toBe(429);
    const problem = Problem.parse(refusal?.json);
    const { resetsAt } = await budgetOf(platform.guest);
    expect(problem).toMatchObject({ type: 'budget-exhausted', resetsAt });
    expect(problem.detail).toContain(`${used} of ${tokensPerDay} tokens`);
    expect(refusal?.headers.get('retry-after')).toBeNull();
  });

  it('does not use the budget of another key', async () => {
    const budget = await budgetOf(platform.api);

    expect(budget.used).toBe(0);
    expect(budget.tokensPerDay).toBeGreaterThan((await budgetOf(platform.guest)).tokensPerDay);
  });
});
