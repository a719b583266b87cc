import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../service-fixture.ts';
import { stores } from './stores.ts';

const writer = fileURLToPath(new URL('writer.ts', import.meta.url));
const kills = 5;

/**
 * Lets a process write until the given number of writes is acknowledged, then kills it without warning.
 * @returns the last acknowledged number
 */
async function writeAndKill(store: string, directory: string, first: number, acknowledgements: number) {
  const child = spawn(process.execPath, ['--no-warnings', writer, store, directory, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  let last = first - 1;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (last - first + 1 >= acknowledgements) child.kill('SIGKILL');
  }
  await exited;
  expect(child.signalCode).toBe('SIGKILL');
  return last;
}

describe.each(Object.entries(stores))('kill -9 of %s', (name, open) => {
  it('loses no acknowledged write and leaves no partial one', async () => {
    const directory = temporaryDirectory();
    let next = 0;
    for (let kill = 1; kill <= kills; kill++)
      next = 1 + (await writeAndKill(name, directory, next, 3 + 7 * kill));

    const found = await (await open(directory)).numbers();

    const acknowledged = Array.from({ length: next }, (_, number) => number);
    expect(acknowledged.filter((number) => !found.has(number))).toEqual([]);
  });
});
