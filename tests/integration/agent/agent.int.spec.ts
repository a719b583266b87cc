import { ChatResponse, chatStreamEvents } from '@nova/shared/api/chat';
import { usageStream } from '@nova/shared/events/index';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { usageDay } from '../../../lambdas/usage/budget.ts';
import { type AgentFixture, modelId, startAgent, tenant } from './agent-fixture.ts';
import { blocks, callsTool, fails, repliesWith } from './scripted-model.ts';
import { contentId, passage, register, sentText, turnsOf } from './turns.ts';

let agent: AgentFixture;

beforeAll(async () => {
  agent = await startAgent();
});
afterAll(() => agent.close());
beforeEach(() => agent.reset());

describe('an answer from the content', () => {
  it('uses the search tool, cites the result and is recorded', async () => {
    agent.found = [passage];
    agent.model.script(
      callsTool('search_content', { query: 'opening hours' }),
      repliesWith(`From nine to five [${contentId}].`),
    );

    const { status, headers, json } = await agent.post({ body: { message: 'When is it open?' } });

    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    const answer = ChatResponse.parse(json);
    expect(answer).toEqual({
      sessionId: expect.any(String),
      reply: `From nine to five [${contentId}].`,
      toolCalls: [
        { id: 'tool-1', name: 'search_content', input: { query: 'opening hours' }, status: 'success' },
      ],
      citations: [{ contentId, start: null, end: null, text: passage.text }],
      usage: { inputTokens: 200, outputTokens: 40 },
      stopReason: 'endTurn',
    });
    expect(agent.searches).toEqual([{ tenant, query: 'opening hours', contentIds: undefined }]);
    const [started, turn] = await agent.history(answer.sessionId);
    expect(started?.type).toBe('SessionStarted');
    expect(turn?.data).toMatchObject({
      turn: 1,
      message: 'When is it open?',
      reply: answer.reply,
      model: modelId,
    });
    const usage = await agent.store.load(usageStream(tenant, usageDay(new Date())));
    expect(usage.events.at(-1)?.data).toEqual({
      source: 'chat',
      model: modelId,
      reference: `${answer.sessionId}#1`,
      inputTokens: 200,
      outputTokens: 40,
    });
  });

  it('searches the content that the user points to, and names it to the model', async () => {
    const pointedTo = uuid();
    await register(agent, pointedTo);
    agent.model.script(callsTool('search_content', { query: 'hours' }), repliesWith('Nothing there.'));

    await agent.post({ body: { message: 'When is it open?', contentIds: [pointedTo] } });

    expect(agent.searches.map(({ contentIds }) => contentIds)).toEqual([[pointedTo]]);
    expect(JSON.stringify(agent.model.requests[0]?.system)).toContain(`${pointedTo} (document)`);
  });

  it('continues when a tool fails, and tells the model so without internal details', async () => {
    agent.failSearch = new Error('socket of 10.0.0.1 broke');
    agent.model.script(
      callsTool('search_content', { query: 'hours' }),
      repliesWith('I cannot search right now.'),
    );

    const { json } = await agent.post({ body: { message: 'When is it open?' } });

    expect(json.toolCalls[0].status).toBe('error');
    expect(json.citations).toEqual([]);
    expect(sentText(agent)).toContain('search_content does not work right now');
    expect(sentText(agent)).not.toContain('10.0.0.1');
  });

  it.each([
    ['invalid arguments', { query: '', topK: 1e300 }],
    ['arguments that are too long', { query: 'x'.repeat(50_000) }],
  ])('is not interrupted by %s', async (_, input) => {
    agent.model.script(callsTool('search_content', input), repliesWith('I could not search.'));

    const { status, json } = await agent.post({ body: { message: 'When is it open?' } });

    expect(status).toBe(200);
    expect(json.toolCalls[0].status).toBe('error');
    expect(await turnsOf(agent, json.sessionId)).toHaveLength(1);
  });

  it('refuses a message with half a surrogate pair', async () => {
    const { status, json } = await agent.post({ body: '{"message": "half a smile: \\ud83d"}' });

    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ field: 'message' }]);
  });

  it('ignores a tenant in the model’s tool calls', async () => {
    agent.model.script(callsTool('search_content', { query: 'hours', tenant: 'key-2' }), repliesWith('No.'));

    await agent.post({ body: { message: 'When is it open?' } });

    expect(agent.searches.every((search) => search.tenant === tenant)).toBe(true);
  });
});

describe('a streamed answer', () => {
  it('has the events of the contract, the session first and done last', async () => {
    agent.found = [passage];
    agent.model.script(
      callsTool('search_content', { query: 'hours' }),
      repliesWith(`At nine [${contentId}].`),
    );

    const { status, headers, events } = await agent.post({ body: { message: 'When?' }, events: true });

    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/event-stream');
    expect(events.map(({ event }) => event)).toEqual([
      ...['session', 'tool_call', 'tool_result'],
      ...['text', 'text', 'text', 'usage', 'done'],
    ]);
    for (const { event, data } of events) {
      expect(chatStreamEvents[event as keyof typeof chatStreamEvents].parse(data)).toEqual(data);
    }
    expect(events.at(-1)?.data.citations).toHaveLength(1);
    expect(await turnsOf(agent, events[0]?.data.sessionId)).toHaveLength(1);
  });

  it('is a problem with its status when it fails before the first byte', async () => {
    const throttled = fails('ThrottlingException', 'slow down');
    agent.model.script(throttled, throttled, throttled);

    const { status, headers, json } = await agent.post({ body: { message: 'Hi' }, events: true });

    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '5' });
    expect(json.type).toBe('model-unavailable');
  });

  it('ends with an error event when it fails later, and the failed turn is recorded', async () => {
    agent.model.script(fails('ModelStreamErrorException', 'inner detail', 'It opens '));

    const { events } = await agent.post({ body: { message: 'Hi' }, events: true });

    expect(events.map(({ event }) => event)).toEqual(['session', 'text', 'error']);
    expect(events.at(-1)?.data).toMatchObject({ type: 'model-unavailable', status: 503 });
    expect(JSON.stringify(events)).not.toContain('inner detail');
    const history = await agent.history(events[0]?.data.sessionId);
    expect(history.map(({ type }) => type)).toEqual(['SessionStarted', 'TurnFailed']);
  });
});

describe('the guardrail', () => {
  it('keeps a blocked message out of the events, the memory and the next call', async () => {
    agent.model.script(blocks('input', 'I cannot help with that request.'));
    const { status, json } = await agent.post({ body: { message: 'the secret plan' } });
    agent.model.script(repliesWith('Hello.'));

    await agent.post({ body: { sessionId: json.sessionId, message: 'Hi' } });

    expect(status).toBe(200);
    expect(json.guardrail).toEqual({ action: 'intervened', source: 'input', policies: ['word'] });
    expect(json.reply).toBe('I cannot help with that request.');
    expect(sentText(agent)).not.toContain('secret');
    const [turn] = await turnsOf(agent, json.sessionId);
    expect(turn?.data).toMatchObject({ guardrail: json.guardrail, message: '[Blocked by the guardrail]' });
    expect(JSON.stringify(await agent.history(json.sessionId))).not.toContain('secret');
  });

  it('reports a blocked answer in the stream', async () => {
    agent.model.script(blocks('output', 'I cannot give that answer.'));

    const { events } = await agent.post({ body: { message: 'Hi' }, events: true });

    const guardrail = { action: 'intervened', source: 'output', policies: ['word'] };
    expect(events).toContainEqual({ event: 'guardrail', data: guardrail });
    expect(events.at(-1)?.data.guardrail).toEqual(guardrail);
  });
});
