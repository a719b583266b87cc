import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';
import { temporaryFolder } from './temporary-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address that gives a file its {@link Share} of the platform that files share. */
    readonly sharedPlatform: string;
  }
}

/** A test file's part of the platform: two keys that no other file has, so that it sees only its own data. */
export interface Share {
  readonly url: string;
  /** The folder of the platform's data, its logs among them. */
  readonly data: string;
  readonly keys: { readonly developer: string; readonly guest: string };
  /** The members of `dev.json` besides the keys. */
  readonly address: object;
}

/**
 * Runs one platform for all files that need its default settings and only its API: its start and the first calls of its
 * functions take longer than most of these tests. It starts when the first file asks for its share, and stops after the
 * last test.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let running: ReturnType<typeof serve> | undefined;
  const server = createServer((_, response) => {
    running ??= serve();
    running.next().then(
      (share) => response.end(share),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  project.provide('sharedPlatform', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    await running?.stop();
  };
}

function serve() {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(import.meta.dirname, 'serve-shared-platform.ts')],
    { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: temporaryFolder() } },
  );
  const ended = once(child, 'exit');
  const lines = child.stdout && createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async next(): Promise<string> {
      const line = await lines?.next();
      if (!line || line.done)
        throw new Error('The shared platform has ended, or has no keys left for this file.');
      return line.value;
    },
    async stop() {
      child.stdin?.end();
      await ended;
    },
  };
}

/** The file's share, from the address that the project provides. */
export async function shareAt(address: string): Promise<Share> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Share;
}
