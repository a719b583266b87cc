import './environment.ts';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { limits } from '@nova/shared/limits';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetSession } from '../../../lambdas/platform/memory/forget.ts';
import { type RememberedTurn, spokenTurn } from '../../../lambdas/platform/memory/history.ts';
import {
  dynamodbSessionMemory,
  type SessionMemory,
} from '../../../lambdas/platform/memory/session-memory.ts';
import { startTables, type Tables } from './tables.ts';

let tables: Tables;
let memory: SessionMemory;

beforeAll(async () => {
  tables = await startTables();
  memory = dynamodbSessionMemory(tables.client, 'session-memory');
});
afterAll(() => tables.close());

const session = () => ({ tenant: 'key-1', aggregate: 'session', id: uuid() }) as const;
const now = new Date('2026-11-23T12:00:00Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

describe('the memory of a session', () => {
  it('is what was kept', async () => {
    const stream = session();
    const kept = { version: 3, turns: 1, history: [spokenTurn('こんにちは', 'Hello 👋')] };

    await memory.keep(stream, kept, now);

    expect(await memory.recall(stream, now)).toEqual(kept);
  });

  it('is nothing for a session that has none, and for another tenant', async () => {
    const stream = session();
    await memory.keep(stream, { version: 1, turns: 1, history: [] }, now);

    expect(await memory.recall(session(), now)).toBeUndefined();
    expect(await memory.recall({ ...stream, tenant: 'key-2' }, now)).toBeUndefined();
  });

  it('ends a day after its last turn, though the item is still there', async () => {
    const stream = session();
    const kept = { version: 1, turns: 1, history: [] };
    await memory.keep(stream, kept, now);
    await memory.keep(stream, { ...kept, version: 2, turns: 2 }, later(3600));

    expect(await memory.recall(stream, later(limits.sessionTtlSeconds))).toBeDefined();
    expect(await memory.recall(stream, later(limits.sessionTtlSeconds + 3600))).toBeUndefined();
  });

  it('is not overwritten by an older turn that comes late', async () => {
    const stream = session();
    const newer = { version: 5, turns: 2, history: [spokenTurn('newer', 'yes')] };
    await memory.keep(stream, newer, now);

    await memory.keep(stream, { version: 3, turns: 1, history: [spokenTurn('older', 'yes')] }, now);

    expect(await memory.recall(stream, now)).toEqual(newer);
  });

  it('is gone once forgotten, also for a turn that ends after', async () => {
    const stream = session();
    const kept = { version: 2, turns: 1, history: [spokenTurn('Chimborazo', 'yes')] };
    await memory.keep(stream, kept, now);

    await forgetSession(tables.client, 'session-memory', stream, 4, now);
    await forgetSession(tables.client, 'session-memory', stream, 4, now);
    await memory.keep(stream, { ...kept, version: 3, turns: 2 }, now);

    expect(await memory.recall(stream, now)).toBeUndefined();
    const { Items } = await tables.client.send(new ScanCommand({ TableName: 'session-memory' }));
    expect(JSON.stringify(Items)).not.toContain('Chimborazo');
  });

  it('holds the largest turns there can be in one item', async () => {
    const stream = session();
    const message = '漢'.repeat(limits.messageChars);
    const turn: RememberedTurn = spokenTurn(message, '字'.repeat(limits.agentTurnOutputTokens * 4));
    const history = Array.from({ length: limits.sessionTurns + 5 }, () => turn);

    await memory.keep(stream, { version: 9, turns: 25, history }, now);

    const recalled = await memory.recall(stream, now);
    expect(recalled?.history.length).toBeGreaterThan(0);
    expect(recalled?.history.every((one) => one.length === 2)).toBe(true);
  });

  it('holds tool input that a DynamoDB map could not', async () => {
    const stream = session();
    const input = { topK: 1e300, '': 2 ** 60, half: '\ud800' };
    const turn: RememberedTurn = [
      { role: 'user', content: [{ text: 'Hi' }] },
      { role: 'assistant', content: [{ toolUse: { name: 't', toolUseId: '1', input } }] },
      {
        role: 'user',
        content: [{ toolResult: { toolUseId: '1', status: 'error', content: [{ text: 'no' }] } }],
      },
      { role: 'assistant', content: [{ text: 'Hello' }] },
    ];

    await memory.keep(stream, { version: 1, turns: 1, history: [turn] }, now);

    expect((await memory.recall(stream, now))?.history).toEqual([turn]);
  });
});
