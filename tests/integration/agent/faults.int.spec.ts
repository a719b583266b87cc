import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentFixture, startAgent } from './agent-fixture.ts';
import { asks, fails, hangs, type Reply, says } from './scripted-model.ts';

/** What becomes of a session when the model fails in the middle of a turn. */

let agent: AgentFixture;

beforeAll(async () => {
  agent = await startAgent();
});
afterAll(() => agent.close());

const throttled = fails('ThrottlingException', 'slow down');
const loop = Array.from({ length: 10 }, (_, n) => asks('list_content', { limit: n + 1 }, `t${n}`));

/** Whatever happens: a clear answer or a problem that says what to do, and never more model calls than these. */
const faults: readonly [
  string,
  readonly Reply[],
  { calls: number; status: number; says: RegExp; remaining?: number },
][] = [
  [
    'is throttled for good',
    [throttled, throttled, throttled, says('Late.')],
    { calls: 3, status: 503, says: /try again/ },
  ],
  [
    'times out',
    [fails('ModelTimeoutException', 'inner'), says('Late.')],
    { calls: 1, status: 504, says: /took too long/ },
  ],
  [
    'breaks off in the middle',
    [fails('ModelStreamErrorException', 'inner', 'It is ')],
    { calls: 1, status: 503, says: /failed to answer/ },
  ],
  [
    'stops responding before any text',
    [hangs('')],
    { calls: 1, status: 504, says: /No answer began/, remaining: 20_300 },
  ],
  [
    'stops responding in the middle',
    [hangs('It begins ')],
    { calls: 1, status: 200, says: /It begins/, remaining: 20_300 },
  ],
  [
    'writes tool input that is not JSON',
    [asks('search_content', '{"query": "ha')],
    { calls: 1, status: 503, says: /failed to answer; try again/ },
  ],
  [
    'writes tool input of the wrong form',
    [asks('get_job', { jobId: 7 }), says('I could not look.')],
    { calls: 2, status: 200, says: /could not look/ },
  ],
  [
    'calls a tool that does not exist',
    [asks('delete_everything', {}), says('I cannot do that.')],
    { calls: 2, status: 200, says: /cannot do that/ },
  ],
  ['never stops calling tools', loop, { calls: 8, status: 200, says: /more steps than one answer may have/ }],
  ['returns no text', [says('')], { calls: 1, status: 200, says: /ended without an answer/ }],
];

describe.each(faults)('a model that %s', (_, script, expected) => {
  it('costs a limited number of calls, is reported clearly, and leaves the session unchanged', async () => {
    agent.model.script(says('Hello Ada.'));
    const { json } = await agent.post({ body: { message: 'My name is Ada.' } });
    const { sessionId } = json;

    agent.model.script(...script);
    const remaining = expected.remaining ?? 60_000;
    const answer = await agent.post({ body: { sessionId, message: 'When is it open?' }, remaining });

    expect(answer.status).toBe(expected.status);
    expect(answer.status === 200 ? answer.json.reply : answer.json.detail).toMatch(expected.says);
    expect(answer.text).not.toContain('inner');
    expect(agent.model.requests).toHaveLength(expected.calls);

    agent.model.script(says('You are Ada.'));
    const next = await agent.post({ body: { sessionId, message: 'Who am I?' } });
    expect(next.json.reply).toBe('You are Ada.');
    const remembered = JSON.stringify(agent.model.requests[0]?.messages);
    expect(remembered).toContain('My name is Ada.');
    expect(remembered.includes('When is it open?')).toBe(expected.status === 200);
  });
});
