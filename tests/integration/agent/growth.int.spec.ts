import { limits } from '@nova/shared/limits';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AgentBench, startAgent, tenant } from './harness.ts';
import { type Reply, says } from './scripted-model.ts';
import { countWire, type Wire } from './wire.ts';

/** What a turn costs, early and late in a conversation, counted at the wire. */

let agent: AgentBench;
let wire: Wire;

beforeAll(async () => {
  agent = await startAgent();
  wire = countWire(agent.tables.client);
});
afterAll(() => agent.close());

const turnCount = 1000;
/** From one time that turns are summarised to the next. */
const cycle = limits.sessionTurnsSummarised;

/** Answers a turn, or summarises some, in texts of one length each. */
const answers: Reply = (request, signal) => {
  const asked = JSON.stringify(request.messages?.at(-1));
  const reply = asked.includes('Summarise the conversation')
    ? 'What was said. '.repeat(20)
    : 'An answer. '.repeat(30);
  return says(reply)(request, signal);
};

it('turn 1,000 costs the same requests and bytes as turn 10, and shows the model no more', async () => {
  agent.model.otherwise(answers);
  agent.budgets.set(tenant, 1e9);
  const costs: { requests: number; bytes: number; modelBytes: number }[] = [];
  let sessionId: string | undefined;
  for (let turn = 1; turn <= turnCount; turn++) {
    wire.reset();
    agent.model.script();
    const message = `Message ${String(turn).padStart(4, '0')}: ${'and more words '.repeat(15)}`;
    const { status, json } = await agent.post({ body: { message, ...(sessionId ? { sessionId } : {}) } });
    expect(status).toBe(200);
    sessionId = json.sessionId;
    const sent = agent.model.requests.map((request) => JSON.stringify(request.messages).length);
    costs.push({ ...wire.total(), modelBytes: Math.max(...sent) });
  }

  const at = (turn: number) => costs[turn - 1] ?? { requests: 0, bytes: 0, modelBytes: 0 };
  const mean = (turn: number) => {
    const window = costs.slice(turn - 1, turn - 1 + cycle);
    return window.reduce((sum, { bytes }) => sum + bytes, 0) / window.length;
  };
  expect(at(turnCount).requests).toBe(at(10).requests);
  expect(at(turnCount).bytes / at(10).bytes).toBeGreaterThan(0.8);
  expect(at(turnCount).bytes / at(10).bytes).toBeLessThan(1.2);
  // A whole cycle, so that it does not hang on which turn of it the thousandth is.
  expect(mean(turnCount - cycle + 1) / mean(12)).toBeGreaterThan(0.8);
  expect(mean(turnCount - cycle + 1) / mean(12)).toBeLessThan(1.2);
  // Now and then a turn also keeps a snapshot of its stream's state.
  const dearest = Math.max(...costs.slice(-100).map(({ requests }) => requests));
  expect(dearest).toBeLessThanOrEqual(at(10).requests + 1);
  expect(Math.max(...costs.map(({ modelBytes }) => modelBytes))).toBeLessThan(1.5 * at(10).modelBytes);
}, 300_000);
