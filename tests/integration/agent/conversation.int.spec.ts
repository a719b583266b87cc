import { type DomainEvent, sessionStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AgentFixture, modelId, startAgent, tenant } from './agent-fixture.ts';
import { atOnce, callsTool, fails, repliesWith } from './scripted-model.ts';
import { metadata, oneTurn, passage, register, sentText, turnsOf } from './turns.ts';

let agent: AgentFixture;

beforeAll(async () => {
  agent = await startAgent();
});
afterAll(() => agent.close());
beforeEach(() => agent.reset());

describe('a conversation', () => {
  it('is remembered by its messages and replies, without tool results, and its newest message is guarded', async () => {
    agent.found = [passage];
    agent.model.script(callsTool('search_content', { query: 'hours' }), repliesWith('From nine to five.'));
    const { json } = await agent.post({ body: { message: 'When is it open?' } });
    agent.model.script(repliesWith('You asked when it is open.'));

    await agent.post({ body: { sessionId: json.sessionId, message: 'What did I ask?' } });

    expect(agent.model.requests[0]?.messages).toEqual([
      { role: 'user', content: [{ text: 'When is it open?' }] },
      { role: 'assistant', content: [{ text: 'From nine to five.' }] },
      {
        role: 'user',
        content: [{ guardContent: { text: expect.objectContaining({ text: 'What did I ask?' }) } }],
      },
    ]);
    expect(await turnsOf(agent, json.sessionId)).toHaveLength(2);
  });

  it('costs the same at any length: events are read from the version of the memory', async () => {
    const sessionId = await oneTurn(agent);
    agent.model.script(repliesWith('Noted.'));
    await agent.post({ body: { sessionId, message: 'I like tea.' } });
    const load = vi.spyOn(agent.store, 'load');
    agent.model.script(repliesWith('Yes.'));

    await agent.post({ body: { sessionId, message: 'Do I like tea?' } });

    const ofSession = load.mock.results.filter((_, n) => load.mock.calls[n]?.[0].aggregate === 'session');
    const reads = await Promise.all(ofSession.map(({ value }) => value));
    load.mockRestore();
    expect(reads).toEqual([{ events: [], version: 3 }]);
  });

  it('is remembered from its events when its memory was lost', async () => {
    const sessionId = await oneTurn(agent);
    const keep = vi.spyOn(agent.memory, 'save').mockRejectedValueOnce(new Error('killed'));
    agent.model.script(repliesWith('Noted.'));
    await agent.post({ body: { sessionId, message: 'I like tea.' } });
    keep.mockRestore();
    agent.model.script(repliesWith('Ada, who likes tea.'));

    await agent.post({ body: { sessionId, message: 'Who am I?' } });

    expect(sentText(agent)).toContain('My name is Ada.');
    expect(sentText(agent)).toContain('I like tea.');
    expect((await turnsOf(agent, sessionId)).map(({ data }) => 'turn' in data && data.turn)).toEqual([
      1, 2, 3,
    ]);
  });

  it('is forgotten after a day, although its events remain', async () => {
    const stream = sessionStream(tenant, uuid());
    const occurredAt = new Date(Date.now() - (limits.sessionTtlSeconds + 60) * 1000);
    const turn: DomainEvent<'TurnCompleted'>['data'] = {
      ...{ turn: 1, message: 'My name is Ada.', reply: 'Hello Ada.', toolCalls: [], citations: [] },
      ...{ usage: { inputTokens: 1, outputTokens: 1 }, model: modelId, stopReason: 'endTurn' },
    };
    const events: DomainEvent[] = [
      { type: 'SessionStarted', data: {} },
      { type: 'TurnCompleted', data: turn },
    ];
    await agent.store.append(stream, 0, { commitId: uuid(), occurredAt, metadata, events });
    await agent.memory.save(stream, { version: 2, turnCount: 1, summary: '', turns: [] }, occurredAt);
    agent.model.script(repliesWith('I do not know.'));

    const { status } = await agent.post({ body: { sessionId: stream.id, message: 'Who am I?' } });

    expect(status).toBe(200);
    expect(sentText(agent)).not.toContain('Ada');
    expect((await turnsOf(agent, stream.id)).map(({ data }) => 'turn' in data && data.turn)).toEqual([1, 2]);
  });

  it('accepts one of two concurrent messages, and answers the other with a conflict', async () => {
    const sessionId = await oneTurn(agent);
    agent.model.script(...atOnce(repliesWith('First.'), repliesWith('Second.')));

    const answers = await Promise.all(
      ['a', 'b'].map((message) => agent.post({ body: { sessionId, message } })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.json.type).toBe('conflict');
    expect(await turnsOf(agent, sessionId)).toHaveLength(2);
    agent.model.script(repliesWith('Yes.'));
    expect((await agent.post({ body: { sessionId, message: 'Still there?' } })).status).toBe(200);
    expect(sentText(agent)).toContain('Ada');
  });

  it('keeps an answer when a concurrent one fails', async () => {
    const sessionId = await oneTurn(agent);
    agent.model.script(...atOnce(repliesWith('Fine.'), fails('ValidationException', 'odd')));

    const answers = await Promise.all(
      ['a', 'b'].map((message) => agent.post({ body: { sessionId, message } })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503]);
  });

  it.each([
    ['no session', () => uuid()],
    ['another tenant’s session', () => oneTurn(agent)],
  ])('is not found by the id of %s', async (_, idOf) => {
    const sessionId = await idOf();
    agent.model.script(repliesWith('No.'));

    const { status, json } = await agent.post({ body: { sessionId, message: 'Hi' }, tenant: 'key-2' });

    expect(status).toBe(404);
    expect(json.detail).toContain(sessionId);
    expect(agent.model.requests).toEqual([]);
  });

  it('refuses content of another tenant with its id', async () => {
    const foreign = uuid();
    await register(agent, foreign, 'key-2');
    agent.model.script(repliesWith('No.'));

    const { status, json } = await agent.post({ body: { message: 'Hi', contentIds: [foreign] } });

    expect(status).toBe(404);
    expect(json.detail).toContain(foreign);
    expect(agent.model.requests).toEqual([]);
  });
});
