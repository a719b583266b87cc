import { type DomainEvent, sessionStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { batches } from '../../../lambdas/runtime/batches.ts';
import { type AgentFixture, modelId, startAgent, tenant } from './agent-fixture.ts';
import { countTraffic, type Traffic } from './dynamodb-traffic.ts';
import { type Reply, repliesWith } from './scripted-model.ts';

/** The cost of an early and of a late turn in a session, counted at the wire. */

let agent: AgentFixture;
let traffic: Traffic;

beforeAll(async () => {
  agent = await startAgent();
  traffic = countTraffic(agent.tables.client);
  // Caches of keys and of the rows' current generation expire by this clock; here they must not, however long the test takes.
  vi.spyOn(Date, 'now').mockReturnValue(Date.now());
});
afterAll(async () => {
  vi.restoreAllMocks();
  await agent.close();
});

/** From one summary of turns to the next. */
const cycle = limits.sessionTurnsSummarised;

const message = (turn: number) => `Message ${String(turn).padStart(4, '0')}: ${'and more words '.repeat(15)}`;
const reply = 'An answer. '.repeat(30).trim();

/** Answers a turn, or a request for a summary, each with a text of constant length. */
const answers: Reply = (request, signal) => {
  const lastMessage = JSON.stringify(request.messages?.at(-1));
  const text = lastMessage.includes('Summarise the conversation') ? 'What was said. '.repeat(20) : reply;
  return repliesWith(text)(request, signal);
};

interface Cost {
  readonly requests: number;
  readonly bytes: number;
  /** Of the largest request to the model. */
  readonly modelBytes: number;
}

/** Sends one message, through all the code of a turn. */
async function say(turn: number, sessionId?: string): Promise<Cost & { readonly sessionId: string }> {
  traffic.reset();
  agent.model.script();
  const body = { message: message(turn), ...(sessionId ? { sessionId } : {}) };
  const { status, json } = await agent.post({ body });
  expect(status).toBe(200);
  const sent = agent.model.requests.map((request) => JSON.stringify(request.messages).length);
  return { ...traffic.total(), modelBytes: Math.max(...sent), sessionId: json.sessionId };
}

/** Writes turns into the events and the memory as if they had happened; a thousand of them take no time that way. */
async function writeTurnsUpTo(last: number, sessionId: string): Promise<void> {
  const stream = sessionStream(tenant, sessionId);
  const remembered = await agent.memory.load(stream, new Date());
  if (!remembered) throw new Error('Nothing is remembered');
  const turns = Array.from({ length: last - remembered.turnCount }, (_, n): DomainEvent<'TurnCompleted'> => {
    const turn = remembered.turnCount + n + 1;
    const recorded = { message: message(turn), reply, toolCalls: [], citations: [], stopReason: 'endTurn' };
    return {
      type: 'TurnCompleted',
      data: { ...recorded, turn, usage: { inputTokens: 1, outputTokens: 1 }, model: modelId },
    };
  });
  let { version } = remembered;
  for (const events of batches(turns, limits.eventsPerCommit)) {
    const metadata = { correlationId: 'c', causationId: 'r', actor: 'test' };
    const commit = { commitId: `to-${version}`, occurredAt: new Date(), metadata, events };
    version = await agent.store.append(stream, version, commit);
  }
  const newest = turns.slice(-remembered.turns.length).map(({ data }) => ({ message: data.message, reply }));
  await agent.memory.save(stream, { ...remembered, version, turnCount: last, turns: newest }, new Date());
}

it('turn 1,000 costs the same requests and bytes as turn 10, and sends the model no more', async () => {
  agent.model.otherwise(answers);
  agent.budgets.set(tenant, 1e9);
  const costs = new Map<number, Cost>();
  const { sessionId } = await say(1);
  for (let turn = 2; turn <= 24; turn++) costs.set(turn, await say(turn, sessionId));
  await writeTurnsUpTo(980, sessionId);
  for (let turn = 981; turn <= 1000; turn++) costs.set(turn, await say(turn, sessionId));

  const at = (turn: number) => costs.get(turn) ?? { requests: 0, bytes: 0, modelBytes: 0 };
  const turns = (from: number, count: number) => Array.from({ length: count }, (_, n) => at(from + n));
  const mean = (from: number) => turns(from, cycle).reduce((sum, { bytes }) => sum + bytes, 0) / cycle;
  // A turn may cost more: a snapshot now and then, a summary a cycle, and a look each second for a request to stop the answer.
  const least = (from: number) => Math.min(...turns(from, 3 * cycle).map(({ requests }) => requests));
  expect(least(1000 - 3 * cycle + 1)).toBe(least(10));
  expect(at(1000).bytes / at(10).bytes).toBeGreaterThan(0.8);
  expect(at(1000).bytes / at(10).bytes).toBeLessThan(1.2);
  // A whole cycle, so that the result does not depend on the position of turn 1,000 in it.
  expect(mean(1000 - cycle + 1) / mean(12)).toBeGreaterThan(0.8);
  expect(mean(1000 - cycle + 1) / mean(12)).toBeLessThan(1.2);
  expect(Math.max(...[...costs.values()].map(({ modelBytes }) => modelBytes))).toBeLessThan(
    1.5 * at(10).modelBytes,
  );
});
