import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { apiStage } from '@nova/shared/routes';
import { eventually } from './eventually.ts';

const root = resolve(import.meta.dirname, '../../..');

/** A running `make dev`: the same command with its own port and data folder. */
export interface Dev {
  /** With the stage in its path. */
  readonly url: string;
  readonly keys: { readonly developer: string; readonly guest: string };
  readonly data: string;
  readonly pid: number;
  /** Its output so far. */
  output(): string;
  /** Ctrl-C; resolves to the exit code. */
  stop(): Promise<number | null>;
  /** kill -9. */
  kill(): Promise<void>;
}

export async function temporaryData(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'nova-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

export interface DevProcess {
  readonly child: ChildProcess;
  output(): string;
  /** Resolves to the exit code once it has ended. */
  readonly ended: Promise<number | null>;
}

/** Starts the command on a free port, without waiting for it. */
export function spawnDev(environment: Readonly<Record<string, string>>): DevProcess {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env;
  const child = spawn(process.execPath, ['local/main.ts'], {
    cwd: root,
    // On a busy machine, functions that let others go first would hardly get on.
    env: { PATH, HOME, NODE_COMPILE_CACHE, PORT: '0', NOVA_PRIORITIES: 'equal', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
  }
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return { child, output: () => chunks.join(''), ended };
}

/** Starts the platform and waits until it is ready. */
export async function startDev(
  data: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Dev> {
  const started = spawnDev({ DATA: data, ...environment });
  const { child, output, ended } = started;
  const over = ended.then((code) => {
    throw new Error(`make dev ended with ${code}:\n${output()}`);
  });
  const ready = eventually('Nova is ready', async () => output().includes('Nova is ready'), 60_000);
  await Promise.race([ready, over]);
  over.catch(() => undefined);
  const { url, apiKeys } = JSON.parse(await readFile(join(data, 'dev.json'), 'utf8'));
  return {
    url: `${url}/${apiStage}`,
    keys: apiKeys,
    data,
    pid: child.pid ?? 0,
    output,
    async stop() {
      child.kill('SIGINT');
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
