import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alive, type PlatformFixture, platformFixture, until } from '../testing/platform-fixture.ts';
import { holdDataDirectory } from './data-directory.ts';
import { endLeftovers } from './predecessor.ts';

let fixture: PlatformFixture;
beforeEach(() => {
  fixture = platformFixture();
});
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  fixture.dispose();
});

/** Runs a script that imports from this directory; returns its process and the first line that it prints. */
async function run(code: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the script ended')));
  const [line] = await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => {});
  return { child, line: String(line).trim() };
}

describe('the warden', () => {
  it('ends child processes, also a frozen one, when the platform is killed with -9', async () => {
    const { child, line } = await run(`
      import { spawn } from 'node:child_process';
      import { Warden } from './warden.ts';
      const warden = new Warden();
      const children = [0, 1, 2].map(() => spawn('sleep', ['60'], { stdio: 'ignore', detached: true }));
      children.forEach((child) => warden.watch(child));
      children[0].kill('SIGSTOP'); children[2].kill('SIGKILL');
      await new Promise((resolve) => children[2].once('exit', resolve));
      console.log(children.map(({ pid }) => pid).join(' '));
      setInterval(() => {}, 1000);`);
    const pids = line.split(' ').map(Number);
    expect(pids.map(alive)).toEqual([true, true, false]);

    child.kill('SIGKILL');

    await until('all of them to end', () => !pids.some(alive));
  });
});

describe('a process of an earlier platform', () => {
  it('is ended if it was recorded and started for the same data, and no other process is', async () => {
    const record = join(fixture.dataDirectory, 'processes');
    const start = (env: Record<string, string>) => {
      const child = spawn('sleep', ['60'], { env: { PATH: '/usr/bin:/bin', ...env } });
      started.push(child);
      return child;
    };
    const [ours, stranger, unrecorded] = [
      start({ HOME: fixture.dataDirectory }),
      start({}),
      start({ HOME: fixture.dataDirectory }),
    ];
    await Promise.all([ours, stranger, unrecorded].map((child) => once(child, 'spawn')));
    writeFileSync(record, `${ours.pid}\n${stranger.pid}\n99999999`);

    expect(endLeftovers(record, fixture.dataDirectory)).toBe(1);

    const [, signal] = await once(ours, 'exit');
    expect(signal).toBe('SIGKILL');
    expect([stranger, unrecorded].map(({ pid }) => alive(pid ?? 0))).toEqual([true, true]);
  });

  it('does not exist after a first start', () => {
    expect(endLeftovers(join(fixture.dataDirectory, 'none'), fixture.dataDirectory)).toBe(0);
  });
});

describe('the data directory', () => {
  it('is locked by one platform at a time, and free as soon as that is killed', async () => {
    const { child } = await run(`
      import { holdDataDirectory } from './data-directory.ts';
import { endLeftovers } from './predecessor.ts';
      holdDataDirectory(${JSON.stringify(fixture.dataDirectory)});
      console.log('held'); setInterval(() => {}, 1000);`);

    expect(() => holdDataDirectory(fixture.dataDirectory)).toThrow(
      new RegExp(`Another Nova runs on .* \\(process ${child.pid}\\).*DATA=`),
    );

    child.kill('SIGKILL');
    await once(child, 'exit');
    holdDataDirectory(fixture.dataDirectory).release();
  });

  it.each([
    ['a file', () => join(fixture.directory, 'file')],
    ['below a file', () => join(fixture.directory, 'file', 'data')],
    ['where the kernel makes no directories', () => '/proc/nova'],
  ])('cannot be %s, and the message names the remedy', (_, place) => {
    writeFileSync(join(fixture.directory, 'file'), '');

    expect(() => holdDataDirectory(place())).toThrow(
      /DATA: .* cannot be used \(\w+\)\. Choose a writable directory/,
    );
  });

  it('is refused twice within one process too, and can be locked again after its release', () => {
    const held = holdDataDirectory(fixture.dataDirectory);

    expect(() => holdDataDirectory(fixture.dataDirectory)).toThrow(/Another Nova/);

    held.release();
    holdDataDirectory(fixture.dataDirectory).release();
  });
});
