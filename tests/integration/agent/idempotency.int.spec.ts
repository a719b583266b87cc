import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { sessionStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { execute } from '../../../lambdas/commands/execute.ts';
import { deleteSession, session } from '../../../lambdas/domain/session.ts';
import { type AgentFixture, startAgent, tenant } from './agent-fixture.ts';
import { callsTool, fails, hangs, repliesWith } from './scripted-model.ts';
import { turnsOf } from './turns.ts';

/** Chat with an Idempotency-Key, on the real engine and with the model's wire protocol. */

let agent: AgentFixture;

beforeAll(async () => {
  agent = await startAgent();
});
afterAll(() => agent.close());
beforeEach(() => agent.model.script());

const metadata = { correlationId: 'c', causationId: 'r', actor: 'test' };
const body = { message: 'When is it open?' };
const records = async () =>
  (await agent.tables.client.send(new ScanCommand({ TableName: 'requests' }))).Items ?? [];
describe('a repeated chat', () => {
  it('gets the same answer, and the model is called once', async () => {
    const idempotencyKey = uuid();
    agent.model.script(callsTool('list_content', {}), repliesWith('At nine.'));

    const first = await agent.post({ body, idempotencyKey });
    const second = await agent.post({ body, idempotencyKey });

    expect(second.status).toBe(200);
    expect(second.json).toEqual(first.json);
    expect(agent.model.requests).toHaveLength(2);
    expect(await turnsOf(agent, first.json.sessionId)).toHaveLength(1);
  });

  it('gets the same answer as a stream too, with its events in order', async () => {
    const idempotencyKey = uuid();
    agent.model.script(callsTool('list_content', {}), repliesWith('At nine.'));
    const first = await agent.post({ body, idempotencyKey, events: true });

    const second = await agent.post({ body, idempotencyKey, events: true });

    expect(second.events.map(({ event }) => event)).toEqual([
      ...['session', 'tool_call', 'tool_result', 'text', 'usage', 'done'],
    ]);
    expect(second.events.at(-1)).toEqual(first.events.at(-1));
    expect(second.events.find(({ event }) => event === 'text')?.data.text).toBe('At nine.');
    expect(agent.model.requests).toHaveLength(2);
  });

  it('is refused with another body, and while the first is in progress', async () => {
    const idempotencyKey = uuid();
    const answered = Promise.withResolvers<void>();
    agent.model.script(async function* (request, signal) {
      await answered.promise;
      yield* repliesWith('At nine.')(request, signal);
    });

    const first = agent.post({ body, idempotencyKey });
    await vi.waitFor(() => expect(agent.model.requests).toHaveLength(1), { timeout: 60_000 });
    const meanwhile = await agent.post({ body, idempotencyKey });
    const other = await agent.post({ body: { message: 'Who are you?' }, idempotencyKey, events: true });
    answered.resolve();

    expect(meanwhile).toMatchObject({ status: 409, json: { type: 'request-in-progress' } });
    expect(meanwhile.headers['retry-after']).toBe('1');
    expect(other).toMatchObject({ status: 422, json: { type: 'idempotency-key-reused' } });
    expect((await first).status).toBe(200);
    expect((await agent.post({ body, idempotencyKey })).json).toEqual((await first).json);
  });

  it('is answered once among fifty concurrent ones', async () => {
    const idempotencyKey = uuid();
    agent.model.script(repliesWith('At nine.'));

    const answers = await Promise.all(Array.from({ length: 50 }, () => agent.post({ body, idempotencyKey })));

    const answered = answers.filter(({ status }) => status === 200);
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    expect(new Set(answered.map(({ json }) => json.sessionId)).size).toBe(1);
    expect(agent.model.requests).toHaveLength(1);
  });

  it('is a new request with another key, and for another tenant', async () => {
    const idempotencyKey = uuid();
    agent.model.script(repliesWith('One.'), repliesWith('Two.'), repliesWith('Three.'));

    const replies = [
      await agent.post({ body, idempotencyKey }),
      await agent.post({ body, idempotencyKey, tenant: 'key-2' }),
      await agent.post({ body, idempotencyKey: uuid() }),
    ];

    expect(replies.map(({ json }) => json.reply)).toEqual(['One.', 'Two.', 'Three.']);
  });

  it('may be sent again after a failure', async () => {
    const idempotencyKey = uuid();
    const throttled = fails('ThrottlingException', 'slow down');
    agent.model.script(throttled, throttled, throttled, repliesWith('At nine.'));

    expect((await agent.post({ body, idempotencyKey })).status).toBe(503);
    expect((await agent.post({ body, idempotencyKey })).json.reply).toBe('At nine.');
  });

  it('is a new request when its record has expired, also before that is deleted', async () => {
    const idempotencyKey = uuid();
    const before = await records();
    agent.model.script(repliesWith('At nine.'), repliesWith('The house.'));
    const first = await agent.post({ body, idempotencyKey });
    const record = (await records()).find(({ pk }) => !before.some((one) => one.pk === pk));
    await agent.tables.client.send(
      new UpdateCommand({
        TableName: 'requests',
        Key: { pk: record?.pk, sk: record?.sk },
        UpdateExpression: 'SET #ttl = :past',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':past': 1 },
      }),
    );

    const second = await agent.post({ body: { message: 'Who are you?' }, idempotencyKey });

    expect(second.json.reply).toBe('The house.');
    expect(second.json.sessionId).not.toBe(first.json.sessionId);
    expect(await turnsOf(agent, second.json.sessionId)).toHaveLength(1);
  });

  it('is not found once its session is deleted', async () => {
    const idempotencyKey = uuid();
    agent.model.script(repliesWith('At nine.'));
    const { json } = await agent.post({ body, idempotencyKey });
    const stream = sessionStream(tenant, json.sessionId);

    await execute(agent.store, session, stream, metadata, (state) => deleteSession(state, json.sessionId));

    expect((await agent.post({ body, idempotencyKey })).status).toBe(404);
    expect(agent.model.requests).toHaveLength(1);
  });

  it.each(['', 'two words', 'é', 'x'.repeat(256)])(
    'is refused with a key like "%s"',
    async (idempotencyKey) => {
      const { status, json } = await agent.post({ body, idempotencyKey });

      expect(status).toBe(400);
      expect(json.errors).toMatchObject([{ field: 'idempotency-key' }]);
    },
  );
});

describe('an attempt that crashed', () => {
  /** Sets a request's record to what a killed sandbox leaves: in progress until a time that has passed. */
  const leaveAtWork = async (key: Record<string, unknown>) => {
    await agent.tables.client.send(
      new UpdateCommand({
        TableName: 'requests',
        Key: key,
        UpdateExpression: 'SET #status = :busy, busyUntil = :past REMOVE answer',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':busy': 'INPROGRESS', ':past': 1 },
      }),
    );
  };
  const newest = async (before: readonly { pk?: unknown }[]) =>
    (await records()).find(({ pk }) => !before.some((one) => one.pk === pk));

  it.each([
    ['a new session', false],
    ['a session that is there', true],
  ])('after the turn was recorded in %s is answered from its events', async (_, continued) => {
    const idempotencyKey = uuid();
    const before = await records();
    agent.model.script(repliesWith('Hello.'), repliesWith('At nine.'));
    const sessionId = continued ? (await agent.post({ body })).json.sessionId : undefined;
    const request = { body: { ...body, ...(sessionId ? { sessionId } : {}) }, idempotencyKey };
    const first = await agent.post(request);
    const record = await newest(before);
    await leaveAtWork({ pk: record?.pk, sk: record?.sk });
    const calls = agent.model.requests.length;

    const second = await agent.post(request);

    expect(second.json).toEqual(first.json);
    expect(agent.model.requests).toHaveLength(calls);
    expect(await turnsOf(agent, first.json.sessionId)).toHaveLength(continued ? 2 : 1);
  });

  it('before any effect is repeated by the next attempt, but only after its time limit', async () => {
    const idempotencyKey = uuid();
    const before = await records();
    agent.model.script(hangs(''), repliesWith('At nine.'));
    const crashed = agent.post({ body, idempotencyKey, remaining: 21_000 });
    await vi.waitFor(() => expect(agent.model.requests).toHaveLength(1), { timeout: 60_000 });

    expect((await agent.post({ body, idempotencyKey })).status).toBe(409);
    const record = await newest(before);
    await leaveAtWork({ pk: record?.pk, sk: record?.sk });
    const second = await agent.post({ body, idempotencyKey });

    expect(second.json.reply).toBe('At nine.');
    await crashed;
  });
});

describe('the record of a request', () => {
  it('is unreadable without the idempotency key, expires after a day, and does not exist without a key', async () => {
    const before = (await records()).length;
    agent.model.script(repliesWith('Hello.'), repliesWith('The Chimborazo opens at nine.'));
    await agent.post({ body });
    expect(await records()).toHaveLength(before);
    const idempotencyKey = uuid();

    await agent.post({ body: { message: 'When does the Chimborazo open?' }, idempotencyKey });

    const all = await records();
    expect(all).toHaveLength(before + 1);
    expect(JSON.stringify(all)).not.toMatch(new RegExp(`Chimborazo|${idempotencyKey}`));
    const day = Date.now() / 1000 + limits.idempotencySeconds;
    for (const { ttl } of all) expect(Math.abs(Number(ttl) - day)).toBeLessThan(120);
  });
});
