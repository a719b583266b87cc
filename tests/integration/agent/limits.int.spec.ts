import { usageStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { usageDay } from '../../../lambdas/usage/budget.ts';
import { type AgentFixture, startAgent, tenant } from './agent-fixture.ts';
import { callsTool, fails, hangs, repliesWith } from './scripted-model.ts';
import { oneTurn, sentText, turnsOf } from './turns.ts';

let agent: AgentFixture;

beforeAll(async () => {
  agent = await startAgent();
});
afterAll(() => agent.close());
beforeEach(() => agent.reset());

const tooLong = fails('ValidationException', 'Input is too long for requested model.');

describe('a model that fails', () => {
  it.each([
    ['ThrottlingException', 503, 'model-unavailable'],
    ['AccessDeniedException', 503, 'model-unavailable'],
    ['ModelTimeoutException', 504, 'timeout'],
    ['ValidationException', 503, 'model-unavailable'],
  ])('with %s becomes a %i %s', async (name, status, type) => {
    const fault = fails(name, 'the inner reason');
    agent.model.script(fault, fault, fault);

    const answer = await agent.post({ body: { message: 'Hi' } });

    expect(answer.status).toBe(status);
    expect(answer.json.type).toBe(type);
    expect(answer.json.detail).not.toContain('inner reason');
  });

  it('is called again while it has sent no text', async () => {
    agent.model.script(fails('ThrottlingException', 'slow down'), repliesWith('Here I am.'));

    expect((await agent.post({ body: { message: 'Hi' } })).json.reply).toBe('Here I am.');
  });

  it('is called once more with a shorter conversation when that is too long', async () => {
    const sessionId = await oneTurn(agent);
    for (const message of ['one', 'two', 'three']) {
      agent.model.script(repliesWith(`Answer ${message}.`));
      await agent.post({ body: { sessionId, message } });
    }
    agent.model.script(tooLong, repliesWith('Four.'));

    const { json } = await agent.post({ body: { sessionId, message: 'four' } });

    expect(json.reply).toBe('Four.');
    expect(agent.model.requests.map(({ messages }) => messages?.length)).toEqual([9, 5]);
    expect(sentText(agent)).not.toContain('Ada');
    agent.model.script(repliesWith('Yes.'));
    await agent.post({ body: { sessionId, message: 'five' } });
    expect(sentText(agent)).toContain('Ada');
  });

  it('is charged for the summary that it made in parallel', async () => {
    const sessionId = await oneTurn(agent);
    agent.model.otherwise(repliesWith('Fine.'));
    for (let turn = 2; turn <= limits.sessionTurns; turn++) {
      agent.model.script();
      await agent.post({ body: { sessionId, message: 'Go on.' } });
    }
    const summarised = Promise.withResolvers<void>();
    agent.model.script();
    agent.model.otherwise(async function* (request, signal) {
      if (JSON.stringify(request.messages?.at(-1)).includes('Summarise the conversation')) {
        yield* repliesWith('Ada.')(request, signal);
        summarised.resolve();
      } else {
        await summarised.promise;
        yield* fails('ValidationException', 'odd')(request, signal);
      }
    });

    const { status } = await agent.post({ body: { sessionId, message: 'eleven' } });

    agent.model.otherwise(fails('ValidationException', 'the script has ended'));
    expect(status).toBe(503);
    const usage = await agent.store.load(usageStream(tenant, usageDay(new Date())));
    const reference = `${sessionId}#${limits.sessionTurns + 1}`;
    expect(usage.events.at(-1)?.data).toMatchObject({ reference });
  });

  it('reports a conversation that stays too long as too large', async () => {
    agent.model.script(tooLong);

    const { status, json } = await agent.post({ body: { message: 'Hi' } });

    expect(status).toBe(413);
    expect(json.detail).toContain('new session');
  });
});

describe('a turn', () => {
  it('ends after a limited number of tool calls', async () => {
    const loop = Array.from({ length: 20 }, (_, n) =>
      callsTool('search_content', { query: `${n}` }, `tool-${n}`),
    );
    agent.model.script(...loop);

    const { status, json } = await agent.post({ body: { message: 'Hi' } });

    expect(status).toBe(200);
    expect(json.stopReason).toBe('limitTurns');
    expect(json.reply).not.toBe('');
    expect(agent.model.requests).toHaveLength(limits.agentModelCalls);
    agent.model.script(repliesWith('Fine.'));
    expect((await agent.post({ body: { sessionId: json.sessionId, message: 'So?' } })).status).toBe(200);
  });

  it('keeps an answer that reached its maximum length', async () => {
    agent.model.script(repliesWith('A long story', 'max_tokens'));

    const { json } = await agent.post({ body: { message: 'Tell me a story' } });

    expect(json).toMatchObject({ reply: 'A long story', stopReason: 'maxTokens' });
    expect(json.usage).toEqual({ inputTokens: 100, outputTokens: 20 });
  });

  it('keeps the text so far at its time limit, and aborts the call of the model', async () => {
    const onAbort = vi.fn();
    agent.model.script(hangs('It begins', onAbort));

    const { status, json } = await agent.post({ body: { message: 'Hi' }, remaining: 20_300 });

    expect(status).toBe(200);
    expect(json).toMatchObject({ reply: 'It begins', stopReason: 'timeLimit' });
    expect(json.usage.inputTokens).toBeGreaterThan(0);
    await vi.waitFor(() => expect(onAbort).toHaveBeenCalled(), { timeout: 60_000 });
  });

  it('is a timeout when its time is up before any text', async () => {
    agent.model.script(hangs(''));

    const { status, json } = await agent.post({ body: { message: 'Hi' }, remaining: 20_300 });

    expect(status).toBe(504);
    expect(json.type).toBe('timeout');
  });

  it('ends when the client disconnects, and its text so far is recorded and charged', async () => {
    const sessionId = await oneTurn(agent);
    const onAbort = vi.fn();
    agent.model.script(hangs('It begins', onAbort));

    await agent.post({ body: { sessionId, message: 'Hi' }, events: true, leaveAt: 'It begins' });

    await vi.waitFor(() => expect(onAbort).toHaveBeenCalled(), { timeout: 60_000 });
    const turns = await turnsOf(agent, sessionId);
    expect(turns.at(-1)?.data).toMatchObject({ reply: 'It begins', stopReason: 'cancelled' });
    const usage = await agent.store.load(usageStream(tenant, usageDay(new Date())));
    expect(usage.events.at(-1)?.data).toMatchObject({ reference: `${sessionId}#2`, outputTokens: 3 });
  });

  it('with an invalid body is refused with the fields', async () => {
    const { status, json } = await agent.post({ body: { message: ' ', extra: 1 } });

    expect(status).toBe(400);
    expect(json.errors.map(({ field }: { field: string }) => field).sort()).toEqual(['extra', 'message']);
  });
});
