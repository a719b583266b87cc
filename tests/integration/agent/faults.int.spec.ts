import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentFixture, startAgent } from './agent-fixture.ts';
import { callsTool, fails, hangs, type Reply, repliesWith } from './scripted-model.ts';

/** The session after the model failed in the middle of a turn. */

let agent: AgentFixture;

beforeAll(async () => {
  agent = await startAgent();
});
afterAll(() => agent.close());

const throttled = fails('ThrottlingException', 'slow down');
const loop = Array.from({ length: 10 }, (_, n) => callsTool('list_content', { limit: n + 1 }, `t${n}`));

/** Every fault ends in a clear answer or in a problem with the remedy, and in no more model calls than listed. */
const faults: readonly [
  string,
  readonly Reply[],
  { calls: number; status: number; repliesWith: RegExp; remaining?: number },
][] = [
  [
    'is throttled for good',
    [throttled, throttled, throttled, repliesWith('Late.')],
    { calls: 3, status: 503, repliesWith: /try again/ },
  ],
  [
    'times out',
    [fails('ModelTimeoutException', 'inner'), repliesWith('Late.')],
    { calls: 1, status: 504, repliesWith: /took too long/ },
  ],
  [
    'breaks off in the middle',
    [fails('ModelStreamErrorException', 'inner', 'It is ')],
    { calls: 1, status: 503, repliesWith: /failed to answer/ },
  ],
  [
    'stops responding before any text',
    [hangs('')],
    { calls: 1, status: 504, repliesWith: /No answer began/, remaining: 20_300 },
  ],
  [
    'stops responding in the middle',
    [hangs('It begins ')],
    { calls: 1, status: 200, repliesWith: /It begins/, remaining: 20_300 },
  ],
  [
    'writes tool input that is not JSON',
    [callsTool('search_content', '{"query": "ha')],
    { calls: 1, status: 503, repliesWith: /failed to answer; try again/ },
  ],
  [
    'writes tool input of the wrong form',
    [callsTool('get_job', { jobId: 7 }), repliesWith('I could not look.')],
    { calls: 2, status: 200, repliesWith: /could not look/ },
  ],
  [
    'calls a tool that does not exist',
    [callsTool('delete_everything', {}), repliesWith('I cannot do that.')],
    { calls: 2, status: 200, repliesWith: /cannot do that/ },
  ],
  [
    'never stops calling tools',
    loop,
    { calls: 8, status: 200, repliesWith: /more steps than one answer may have/ },
  ],
  ['returns no text', [repliesWith('')], { calls: 1, status: 200, repliesWith: /ended without an answer/ }],
];

describe.each(faults)('a model that %s', (_, script, expected) => {
  it('costs a limited number of calls, is reported clearly, and leaves the session unchanged', async () => {
    agent.model.script(repliesWith('Hello Ada.'));
    const { json } = await agent.post({ body: { message: 'My name is Ada.' } });
    const { sessionId } = json;

    agent.model.script(...script);
    const remaining = expected.remaining ?? 60_000;
    const answer = await agent.post({ body: { sessionId, message: 'When is it open?' }, remaining });

    expect(answer.status).toBe(expected.status);
    expect(answer.status === 200 ? answer.json.reply : answer.json.detail).toMatch(expected.repliesWith);
    expect(answer.text).not.toContain('inner');
    expect(agent.model.requests).toHaveLength(expected.calls);

    agent.model.script(repliesWith('You are Ada.'));
    const next = await agent.post({ body: { sessionId, message: 'Who am I?' } });
    expect(next.json.reply).toBe('You are Ada.');
    const remembered = JSON.stringify(agent.model.requests[0]?.messages);
    expect(remembered).toContain('My name is Ada.');
    expect(remembered.includes('When is it open?')).toBe(expected.status === 200);
  });
});
