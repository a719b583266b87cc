import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AsyncQueue } from './queue.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:work';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nova-queue-'));
  file = join(directory, 'lambda.db');
});
afterEach(() => rmSync(directory, { recursive: true }));

it('gives the oldest event of each key before the second of any, and no more of one key than asked for', () => {
  using queue = opened();
  for (const [apiKey, payload] of [
    ['a', 'a1'],
    ['a', 'a2'],
    ['a', 'a3'],
    ['b', 'b1'],
    ['', 'c1'],
  ] as const) {
    queue.add({ functionArn, apiKey, payload }, 1);
  }
  queue.add({ functionArn, apiKey: 'd', payload: 'later' }, 3);
  queue.add({ functionArn: `${functionArn}-2`, apiKey: 'd', payload: 'elsewhere' }, 1);

  expect(queue.due(functionArn, 2, 2).map(({ payload }) => payload)).toEqual(['a1', 'b1', 'c1', 'a2']);
});

it('keeps the events of a file that is older than keys', () => {
  const old = new DatabaseSync(file);
  old.exec(`
    CREATE TABLE invocations (
      id INTEGER PRIMARY KEY, requestId TEXT NOT NULL, functionArn TEXT NOT NULL, payload TEXT NOT NULL,
      enqueuedAt INTEGER NOT NULL, notBefore INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    INSERT INTO invocations VALUES (7, 'r', '${functionArn}', '{}', 1, 1, 2);
  `);
  old.close();

  for (const _ of ['first', 'second']) {
    using queue = opened();
    expect(queue.due(functionArn, 1, 1)).toEqual([
      {
        id: 7,
        requestId: 'r',
        functionArn,
        payload: '{}',
        enqueuedAt: 1,
        notBefore: 1,
        failures: 2,
        apiKey: '',
      },
    ]);
  }
});

function opened(): AsyncQueue & Disposable {
  const queue = new AsyncQueue(file);
  return Object.assign(queue, { [Symbol.dispose]: () => queue.close() });
}
