import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const command = resolve(import.meta.dirname, '../../../cli/nova');

export interface Ended {
  readonly code: number | null;
  /** Standard output. */
  readonly out: string;
  /** Standard error. */
  readonly notes: string;
}

export interface RunningNova {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Standard output and standard error so far. */
  out(): string;
  notes(): string;
}

export interface NovaOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `nova` as a shell does. */
export function startNova(args: readonly string[], { input = '', env = {} }: NovaOptions = {}): RunningNova {
  const child = spawn(command, args, { env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } });
  let [out, notes] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    notes += text;
  });
  // A command that ends without reading its input is no error of the test.
  child.stdin.on('error', () => {}).end(input);
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, out, notes }));
  return { child, ended, out: () => out, notes: () => notes };
}
