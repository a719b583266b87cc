import { sessionStream } from '@nova/shared/events/index';
import '../testing/lambda-environment.ts';
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { limits } from '@nova/shared/limits';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RememberedTurn } from '../../../lambdas/session-memory/history.ts';
import {
  dynamodbSessionMemory,
  forgetSession,
  type SessionMemory,
} from '../../../lambdas/session-memory/session-memory.ts';
import { startTables, type Tables } from './tables-fixture.ts';

let tables: Tables;
let memory: SessionMemory;

beforeAll(async () => {
  tables = await startTables();
  memory = dynamodbSessionMemory(tables.client, 'session-memory');
});
afterAll(() => tables.close());

const session = () => sessionStream('key-1', uuid());
const now = new Date('2026-11-23T12:00:00Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

describe('the memory of a session', () => {
  it('is returned as it was saved', async () => {
    const stream = session();
    const kept = {
      version: 3,
      turnCount: 1,
      summary: '',
      turns: [{ message: 'こんにちは', reply: 'Hello 👋' }],
    };

    await memory.save(stream, kept, now);

    expect(await memory.load(stream, now)).toEqual(kept);
  });

  it('is undefined for a session without one, and for another tenant', async () => {
    const stream = session();
    await memory.save(stream, { version: 1, turnCount: 1, summary: '', turns: [] }, now);

    expect(await memory.load(session(), now)).toBeUndefined();
    expect(await memory.load({ ...stream, tenant: 'key-2' }, now)).toBeUndefined();
  });

  it('expires a day after the last turn, although the item is still stored', async () => {
    const stream = session();
    const kept = { version: 1, turnCount: 1, summary: '', turns: [] };
    await memory.save(stream, kept, now);
    await memory.save(stream, { ...kept, version: 2, turnCount: 2 }, later(3600));

    expect(await memory.load(stream, later(limits.sessionTtlSeconds))).toBeDefined();
    expect(await memory.load(stream, later(limits.sessionTtlSeconds + 3600))).toBeUndefined();
  });

  it('is not overwritten by an older turn that is saved late', async () => {
    const stream = session();
    const newer = { version: 5, turnCount: 2, summary: '', turns: [{ message: 'newer', reply: 'yes' }] };
    await memory.save(stream, newer, now);

    await memory.save(
      stream,
      { version: 3, turnCount: 1, summary: '', turns: [{ message: 'older', reply: 'yes' }] },
      now,
    );

    expect(await memory.load(stream, now)).toEqual(newer);
  });

  it('is deleted with its session, also for a turn that ends later', async () => {
    const stream = session();
    const kept = { version: 2, turnCount: 1, summary: '', turns: [{ message: 'Chimborazo', reply: 'yes' }] };
    await memory.save(stream, kept, now);

    await forgetSession(tables.client, 'session-memory', stream, 4, now);
    await forgetSession(tables.client, 'session-memory', stream, 4, now);
    await memory.save(stream, { ...kept, version: 3, turnCount: 2 }, now);

    expect(await memory.load(stream, now)).toBeUndefined();
    const { Items } = await tables.client.send(new ScanCommand({ TableName: 'session-memory' }));
    expect(JSON.stringify(Items)).not.toContain('Chimborazo');
  });

  it('fits into one item with turns of the maximum size', async () => {
    const stream = session();
    const turn: RememberedTurn = {
      message: '漢'.repeat(limits.messageChars),
      reply: '字'.repeat(limits.agentTurnOutputTokens * 4),
    };
    const turns = Array.from({ length: limits.sessionTurnsMax + 5 }, () => turn);
    const summary = '要'.repeat(limits.sessionSummaryChars);

    await memory.save(stream, { version: 9, turnCount: 25, summary, turns }, now);

    const recalled = await memory.load(stream, now);
    expect(recalled?.summary).toBe(summary);
    expect(recalled?.turns.length).toBeGreaterThan(0);
  });

  it('is undefined for the format of an older build, since the events have all of it', async () => {
    const stream = session();
    const Item = {
      session_id: `key-1#${stream.id}`,
      sk: 'SESSION#METADATA',
      version: 1,
      turns: 1,
      history: '[]',
      ttl: 9e9,
    };
    await tables.client.send(new PutCommand({ TableName: 'session-memory', Item }));

    expect(await memory.load(stream, now)).toBeUndefined();
  });
});
