import { ChatResponse, chatStreamEvents } from '@nova/shared/api/chat';
import { contentStream, type DomainEvent, sessionStream, usageStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { usageDay } from '../../../lambdas/usage/budget.ts';
import { type AgentFixture, modelId, noFindings, startAgent, tenant } from './agent-fixture.ts';
import { atOnce, blocks, callsTool, fails, hangs, repliesWith } from './scripted-model.ts';

let agent: AgentFixture;

beforeAll(async () => {
  agent = await startAgent();
});
afterAll(() => agent.close());
beforeEach(() => {
  agent.found = [];
  agent.failSearch = undefined;
  agent.searches.length = 0;
  Object.assign(agent.guardrail, noFindings);
});

const contentId = uuid();
const passage = {
  contentId,
  kind: 'document' as const,
  start: null,
  end: null,
  text: 'Open from nine to five.',
  score: 0.9,
};

const metadata = { correlationId: 'test', causationId: 'test', actor: 'test' };

async function register(id: string, owner = tenant) {
  const data: DomainEvent<'ContentRegistered'>['data'] = {
    filename: 'hours.txt',
    contentType: 'text/plain',
    kind: 'document',
    bytes: 10,
    objectKey: 'k',
    uploadExpiresAt: new Date().toISOString(),
  };
  const events = [{ type: 'ContentRegistered' as const, data }];
  const commit = { commitId: uuid(), occurredAt: new Date(), metadata, events };
  await agent.store.append(contentStream(owner, id), 0, commit);
}

/** A session with one completed turn. */
async function oneTurn(message = 'My name is Ada.', reply = 'Hello Ada.'): Promise<string> {
  agent.model.script(repliesWith(reply));
  const { status, json } = await agent.post({ body: { message } });
  expect(status).toBe(200);
  return json.sessionId;
}

const turnsOf = async (sessionId: string) =>
  (await agent.history(sessionId)).filter(({ type }) => type === 'TurnCompleted');

const sentText = () => JSON.stringify(agent.model.requests.at(-1)?.messages);

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
    await register(pointedTo);
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
    expect(sentText()).toContain('search_content does not work right now');
    expect(sentText()).not.toContain('10.0.0.1');
  });

  it.each([
    ['invalid arguments', { query: '', topK: 1e300 }],
    ['arguments that are too long', { query: 'x'.repeat(50_000) }],
  ])('is not interrupted by %s', async (_, input) => {
    agent.model.script(callsTool('search_content', input), repliesWith('I could not search.'));

    const { status, json } = await agent.post({ body: { message: 'When is it open?' } });

    expect(status).toBe(200);
    expect(json.toolCalls[0].status).toBe('error');
    expect(await turnsOf(json.sessionId)).toHaveLength(1);
  });

  it('refuses a message with half a surrogate pair', async () => {
    const { status, json } = await agent.post({ body: '{"message": "half a smile: \\ud83d"}' });

    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ field: 'message' }]);
  });

  it('never takes a tenant from the model', async () => {
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
    expect(await turnsOf(events[0]?.data.sessionId)).toHaveLength(1);
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
    expect(await turnsOf(json.sessionId)).toHaveLength(2);
  });

  it('costs the same at any length: events are read from the version of the memory', async () => {
    const sessionId = await oneTurn();
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
    const sessionId = await oneTurn();
    const keep = vi.spyOn(agent.memory, 'save').mockRejectedValueOnce(new Error('killed'));
    agent.model.script(repliesWith('Noted.'));
    await agent.post({ body: { sessionId, message: 'I like tea.' } });
    keep.mockRestore();
    agent.model.script(repliesWith('Ada, who likes tea.'));

    await agent.post({ body: { sessionId, message: 'Who am I?' } });

    expect(sentText()).toContain('My name is Ada.');
    expect(sentText()).toContain('I like tea.');
    expect((await turnsOf(sessionId)).map(({ data }) => 'turn' in data && data.turn)).toEqual([1, 2, 3]);
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
    expect(sentText()).not.toContain('Ada');
    expect((await turnsOf(stream.id)).map(({ data }) => 'turn' in data && data.turn)).toEqual([1, 2]);
  });

  it('accepts one of two concurrent messages, and answers the other with a conflict', async () => {
    const sessionId = await oneTurn();
    agent.model.script(...atOnce(repliesWith('First.'), repliesWith('Second.')));

    const answers = await Promise.all(
      ['a', 'b'].map((message) => agent.post({ body: { sessionId, message } })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.json.type).toBe('conflict');
    expect(await turnsOf(sessionId)).toHaveLength(2);
    agent.model.script(repliesWith('Yes.'));
    expect((await agent.post({ body: { sessionId, message: 'Still there?' } })).status).toBe(200);
    expect(sentText()).toContain('Ada');
  });

  it('keeps an answer when a concurrent one fails', async () => {
    const sessionId = await oneTurn();
    agent.model.script(...atOnce(repliesWith('Fine.'), fails('ValidationException', 'odd')));

    const answers = await Promise.all(
      ['a', 'b'].map((message) => agent.post({ body: { sessionId, message } })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503]);
  });

  it.each([
    ['no session', () => uuid()],
    ['another tenant’s session', () => oneTurn()],
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
    await register(foreign, 'key-2');
    agent.model.script(repliesWith('No.'));

    const { status, json } = await agent.post({ body: { message: 'Hi', contentIds: [foreign] } });

    expect(status).toBe(404);
    expect(json.detail).toContain(foreign);
    expect(agent.model.requests).toEqual([]);
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
    expect(sentText()).not.toContain('secret');
    const [turn] = await turnsOf(json.sessionId);
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
    const sessionId = await oneTurn();
    for (const message of ['one', 'two', 'three']) {
      agent.model.script(repliesWith(`Answer ${message}.`));
      await agent.post({ body: { sessionId, message } });
    }
    agent.model.script(tooLong, repliesWith('Four.'));

    const { json } = await agent.post({ body: { sessionId, message: 'four' } });

    expect(json.reply).toBe('Four.');
    expect(agent.model.requests.map(({ messages }) => messages?.length)).toEqual([9, 5]);
    expect(sentText()).not.toContain('Ada');
    agent.model.script(repliesWith('Yes.'));
    await agent.post({ body: { sessionId, message: 'five' } });
    expect(sentText()).toContain('Ada');
  });

  it('is charged for the summary that it made in parallel', async () => {
    const sessionId = await oneTurn();
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
    const sessionId = await oneTurn();
    const onAbort = vi.fn();
    agent.model.script(hangs('It begins', onAbort));

    await agent.post({ body: { sessionId, message: 'Hi' }, events: true, leaveAt: 'It begins' });

    await vi.waitFor(() => expect(onAbort).toHaveBeenCalled(), { timeout: 60_000 });
    const turns = await turnsOf(sessionId);
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
