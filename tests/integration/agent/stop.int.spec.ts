import { usageStream } from '@nova/shared/events/index';
import '../testing/lambda-environment.ts';
import type { ChatResponse } from '@nova/shared/api/chat';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sseHeartbeat } from '../../../lambdas/functions/agent-core/response/server-sent-events.ts';
import { sessions } from '../../../lambdas/functions/content-handler/sessions.ts';
import type { ApiRequest } from '../../../lambdas/http/request.ts';
import { readModel } from '../../../lambdas/read-model/rows.ts';
import { usageDay } from '../../../lambdas/usage/budget.ts';
import { eventually } from '../testing/eventually.ts';
import { type AgentFixture, startAgent, tenant } from './agent-fixture.ts';
import { fails, hangs, type Reply, repliesWith } from './scripted-model.ts';
import { metadata, oneTurn } from './turns.ts';

/** Answers that are stopped in progress, and streams while the model is silent. */

let agent: AgentFixture;
beforeAll(async () => {
  agent = await startAgent({ heartbeatMs: 30 });
});
afterAll(() => agent.close());

/** `DELETE /sessions/{id}` and below it, through the function's code. */
async function remove(what: 'stopAnswer' | 'deleteSession', id: string): Promise<void> {
  const routes = sessions(agent.store, readModel(agent.tables.client, 'read-model'));
  const request = { tenant, id, metadata };
  if (what === 'stopAnswer') await routes.stopAnswer(request as ApiRequest<'stopAnswer'>, {} as Context);
  else await routes.deleteSession(request as ApiRequest<'deleteSession'>, {} as Context);
}

/** Sends a message, and runs an action once the model has received it. */
async function meanwhile(sessionId: string, reply: Reply, act: () => Promise<unknown>) {
  agent.model.script(reply);
  const answer = agent.post({ body: { sessionId, message: 'Tell me all.' } });
  await eventually('the model is asked', async () => agent.model.requests.length === 1);
  await act();
  return answer;
}

const typesOf = async (sessionId: string) => (await agent.history(sessionId)).map(({ type }) => type);

describe('a stopped answer', () => {
  it('is recorded with its text so far as cancelled, and is charged, and the call of the model is aborted', async () => {
    const sessionId = await oneTurn(agent);
    const onAbort = vi.fn();

    const { status, json } = await meanwhile(sessionId, hangs('It begins', onAbort), () =>
      remove('stopAnswer', sessionId),
    );

    expect(status).toBe(200);
    expect(json).toMatchObject({ reply: 'It begins', stopReason: 'cancelled' });
    await vi.waitFor(() => expect(onAbort).toHaveBeenCalled(), { timeout: 60_000 });
    expect(await typesOf(sessionId)).toEqual([
      ...['SessionStarted', 'TurnCompleted', 'AnswerStopped', 'TurnCompleted'],
    ]);
    const usage = await agent.store.load(usageStream(tenant, usageDay(new Date())));
    expect(usage.events.at(-1)?.data).toMatchObject({ reference: `${sessionId}#2`, outputTokens: 3 });
    agent.model.script(repliesWith('You are Ada.'));
    await agent.post({ body: { sessionId, message: 'Who am I?' } });
    expect(JSON.stringify(agent.model.requests[0]?.messages)).toContain('It begins');
  });

  it('may be the first of its session, which is recorded as soon as the model is called', async () => {
    agent.model.script(hangs('It begins'));
    const append = vi.spyOn(agent.store, 'append');
    const answer = agent.post({ body: { message: 'Tell me all.' } });
    await eventually('the model is asked', async () => agent.model.requests.length === 1);
    const sessionId = append.mock.calls[0]?.[0].id ?? '';
    append.mockRestore();
    await eventually('it has begun', async () => (await typesOf(sessionId)).includes('SessionStarted'));

    await remove('stopAnswer', sessionId);

    expect((await answer).json).toMatchObject({ sessionId, reply: 'It begins', stopReason: 'cancelled' });
    expect(await typesOf(sessionId)).toEqual(['SessionStarted', 'AnswerStopped', 'TurnCompleted']);
  });

  it('says that it was stopped before it began', async () => {
    const sessionId = await oneTurn(agent);

    const { status, json } = await meanwhile(sessionId, hangs(''), () => remove('stopAnswer', sessionId));

    expect(status).toBe(200);
    expect(json).toMatchObject({ reply: 'The answer was stopped before it began.', stopReason: 'cancelled' });
  });

  it('is complete when it had ended and was being recorded', async () => {
    const sessionId = await oneTurn(agent);
    const { version } = agent.store;
    const charging = vi.spyOn(agent.store, 'version').mockImplementation(async (stream) => {
      if (stream.aggregate === 'usage') await remove('stopAnswer', sessionId);
      return version(stream);
    });
    agent.model.script(repliesWith('All of it.'));

    const { json } = await agent.post({ body: { sessionId, message: 'Tell me all.' } });

    charging.mockRestore();
    expect(json).toMatchObject({ reply: 'All of it.', stopReason: 'endTurn' });
    expect((await typesOf(sessionId)).slice(-2)).toEqual(['AnswerStopped', 'TurnCompleted']);
  });

  it('does not stop a later one', async () => {
    const sessionId = await oneTurn(agent);
    await remove('stopAnswer', sessionId);
    agent.model.script(repliesWith('Here I am.'));

    const { json } = await agent.post({ body: { sessionId, message: 'Still there?' } });

    expect((json as ChatResponse).stopReason).toBe('endTurn');
  });

  it('ends with its session when that is deleted', async () => {
    const sessionId = await oneTurn(agent);
    const onAbort = vi.fn();

    const { status } = await meanwhile(sessionId, hangs('It begins', onAbort), () =>
      remove('deleteSession', sessionId),
    );

    expect(status).toBe(409);
    await vi.waitFor(() => expect(onAbort).toHaveBeenCalled(), { timeout: 60_000 });
  });
});

describe('a session that cannot be recorded', () => {
  it('aborts the call of the model and returns an error', async () => {
    const onAbort = vi.fn();
    agent.model.script(hangs('It begins', onAbort));
    const append = vi.spyOn(agent.store, 'append').mockImplementationOnce(async () => {
      await eventually('the model is asked', async () => agent.model.requests.length === 1);
      throw new Error('the table is away');
    });

    const { status } = await agent.post({ body: { message: 'Hi' } });

    append.mockRestore();
    expect(status).toBe(500);
    await vi.waitFor(() => expect(onAbort).toHaveBeenCalled(), { timeout: 60_000 });
  });
});

describe('a stream while the model is silent', () => {
  it('opens with its session and sends comments; a later failure is an event', async () => {
    const alive = Promise.withResolvers<void>();
    agent.model.script(async function* (...call) {
      await alive.promise;
      yield* fails('ValidationException', 'odd')(...call);
    });

    const { status, events } = await agent.post({
      body: { message: 'Hi' },
      events: true,
      onWire: (traffic) => traffic.includes(sseHeartbeat) && alive.resolve(),
    });

    expect(status).toBe(200);
    expect(events.map(({ event }) => event)).toEqual(['session', 'error']);
    expect(events.at(-1)?.data).toMatchObject({ type: 'model-unavailable', status: 503 });
    expect(await typesOf(events[0]?.data.sessionId)).toEqual(['SessionStarted', 'TurnFailed']);
  });
});
