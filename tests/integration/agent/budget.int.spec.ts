import { usageStream } from '@nova/shared/events/index';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { usageDay } from '../../../lambdas/usage/budget.ts';
import { pastMidnight } from '../testing/eventually.ts';
import { type AgentFixture, startAgent } from './agent-fixture.ts';
import { atOnce, callsTool, repliesWith } from './scripted-model.ts';

/** The daily budget while no projector runs, so that the read model has no usage. */

/** Tokens that each call of the scripted model uses. */
const callTokens = 120;

let agent: AgentFixture;
beforeAll(async () => {
  await pastMidnight();
  agent = await startAgent();
});
afterAll(() => agent.close());

let tenant: string;
beforeEach(() => {
  tenant = uuid();
});

const say = (sessionId?: string) =>
  agent.post({ body: { message: 'Hi', ...(sessionId && { sessionId }) }, tenant });

async function used(): Promise<number> {
  const { events } = await agent.store.load(usageStream(tenant, usageDay(new Date())));
  return events.reduce(
    (sum, { data }) => sum + ('inputTokens' in data ? data.inputTokens + data.outputTokens : 0),
    0,
  );
}

const greetings = (count: number) => Array.from({ length: count }, () => repliesWith('Hello.'));

describe('consecutive turns', () => {
  it('are answered until the budget is used up, then refused before the model is called', async () => {
    agent.budgets.set(tenant, 5 * callTokens);
    agent.model.script(...greetings(10));
    const first = await say();
    const { sessionId } = first.json;

    const later = [];
    while (later.at(-1)?.status !== 429 && later.length < 10) later.push(await say(sessionId));

    expect(first.status).toBe(200);
    expect(later.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429]);
    expect(agent.model.requests).toHaveLength(5);
    expect(await used()).toBe(5 * callTokens);
    const refusal = later.at(-1);
    expect(refusal?.json).toMatchObject({
      type: 'budget-exhausted',
      detail: expect.stringMatching(
        /^600 of 600 tokens of the day are used; .* resets at \d{4}-\d\d-\d\dT00:00/,
      ),
      resetsAt: expect.stringMatching(/T00:00:00\.000Z$/),
    });
    expect(refusal?.headers).not.toHaveProperty('retry-after');
  });

  it('exceed the budget by the rest of one turn at most', async () => {
    agent.budgets.set(tenant, callTokens + 1);
    agent.model.script(...greetings(3));

    const statuses = [await say(), await say(), await say()].map(({ status }) => status);

    expect(statuses).toEqual([200, 200, 429]);
    expect(await used()).toBe(2 * callTokens);
  });

  it('end at the first step beyond the budget, and report it', async () => {
    agent.budgets.set(tenant, 2 * callTokens);
    agent.model.script(
      callsTool('search_content', { query: 'hours' }, 'a'),
      callsTool('search_content', { query: 'doors' }, 'b'),
      repliesWith('Never asked.'),
    );

    const { status, json } = await say();

    expect(status).toBe(200);
    expect(json.stopReason).toBe('limitTotalTokens');
    expect(json.reply).toContain('budget of the day ended before the answer did');
    expect(agent.model.requests).toHaveLength(2);
    expect((await say(json.sessionId)).status).toBe(429);
  });
});

describe('concurrent turns', () => {
  // Twenty turns append to one stream, and each tries again for ten seconds by this clock: not enough on a busy machine.
  beforeEach(() => void vi.spyOn(performance, 'now').mockReturnValue(0));
  afterEach(() => void vi.restoreAllMocks());

  it('each exceed the budget by themselves at most, and later ones are refused', async () => {
    agent.budgets.set(tenant, callTokens);
    agent.model.script(...atOnce(...greetings(20)), ...greetings(5));

    const answers = await Promise.all(Array.from({ length: 20 }, () => say()));
    const late = await Promise.all(Array.from({ length: 5 }, () => say()));

    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(late.map(({ status }) => status)).toEqual(Array(5).fill(429));
    expect(agent.model.requests).toHaveLength(20);
    expect(await used()).toBe(20 * callTokens);
  });
});
