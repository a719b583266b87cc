import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { processTerminal } from './terminal.ts';

function terminalOn({
  isTTY,
  columns = 80,
  env = {},
}: {
  isTTY: boolean;
  columns?: number;
  env?: NodeJS.ProcessEnv;
}) {
  const [stdout, stderr] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY, columns })];
  const before = process.listeners('exit');
  const terminal = processTerminal({ stdout, stderr, env } as unknown as NodeJS.Process);
  const atExit = process.listeners('exit').filter((listener) => !before.includes(listener));
  onTestFinished(() => {
    for (const listener of atExit) process.off('exit', listener);
  });
  return { terminal, shown: () => String(stderr.read() ?? ''), exit: () => atExit[0]?.call(process, 0) };
}

describe('a status line', () => {
  it('overwrites the one before, and is cleared before the next line', () => {
    const { terminal, shown } = terminalOn({ isTTY: true });

    terminal.status('one');
    terminal.status('two');
    terminal.note('done');

    expect(shown()).toBe('\u001B[?25l\rone\u001B[K\rtwo\u001B[K\r\u001B[2K\u001B[?25hdone\n');
  });

  it('is cleared when the process ends, and the cursor is shown again', () => {
    const { terminal, shown, exit } = terminalOn({ isTTY: true });

    terminal.status('one');
    exit();

    expect(shown()).toBe('\u001B[?25l\rone\u001B[K\r\u001B[2K\u001B[?25h');
  });

  it.each([
    ['a pipe', { isTTY: false }],
    ['a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }],
  ])('is not shown on %s', (_, where) => {
    const { terminal, shown } = terminalOn(where);

    terminal.status('one');
    terminal.status();
    terminal.note('done');

    expect(shown()).toBe('done\n');
  });

  it('has the width of its terminal, also when the result goes to a pipe', () => {
    const { terminal } = terminalOn({ isTTY: true, columns: 40 });

    expect([terminal.columns, terminal.noteColumns]).toEqual([Number.POSITIVE_INFINITY, 40]);
  });

  it('has 80 columns on a terminal without a size', () => {
    expect(terminalOn({ isTTY: true, columns: 0 }).terminal.noteColumns).toBe(80);
  });
});
