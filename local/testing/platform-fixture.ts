import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../contracts.ts';
import { type LoadedStack, loadStack } from '../stack/load.ts';

/** A directory of this test with a stack, bundles and data. */
export interface PlatformFixture {
  readonly directory: string;
  readonly dataDirectory: string;
  readonly distDirectory: string;
  /** Path of the stack that {@link PlatformFixture.stack} wrote last. */
  readonly stackFile: string;
  /** Messages of the logger, each after its level. */
  readonly messages: string[];
  readonly logger: Logger;
  /** Writes resources as a synthesized stack and loads it. */
  stack(resource: object): LoadedStack;
  /** Writes a bundle; `code` is an ES module that exports `handler`. */
  bundle(name: string, code: string): void;
  dispose(): void;
}

export function platformFixture(): PlatformFixture {
  const directory = mkdtempSync(join(tmpdir(), 'nova-local-'));
  const dataDirectory = join(directory, 'data');
  const distDirectory = join(directory, 'dist');
  const stackFile = join(directory, 'cdk.tf.json');
  mkdirSync(dataDirectory);
  mkdirSync(distDirectory);
  const messages: string[] = [];
  const log = (level: string) => (message: string) => void messages.push(`${level}: ${message}`);
  return {
    directory,
    dataDirectory,
    distDirectory,
    stackFile,
    messages,
    logger: { info: log('info'), warn: log('warn'), error: log('error') },
    stack(resource) {
      writeFileSync(stackFile, JSON.stringify({ provider: { aws: [{ region: 'us-east-1' }] }, resource }));
      return loadStack(stackFile);
    },
    bundle(name, code) {
      mkdirSync(join(distDirectory, name), { recursive: true });
      writeFileSync(join(distDirectory, name, 'index.mjs'), code);
    },
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Arguments of a function in the stack. */
export const functionArguments = (name: string, more: object = {}) => ({
  function_name: name,
  handler: 'index.handler',
  runtime: 'nodejs24.x',
  memory_size: 256,
  timeout: 10,
  role: 'arn:aws:iam::000000000000:role/test',
  tags: { NovaFunction: name },
  ...more,
});

/**
 * Waits until a condition holds.
 * @param limitMs milliseconds until it is an error
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false,
  limitMs = 300_000,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`After ${limitMs} ms there is still no: ${what}`);
    await delay(10);
  }
}

/** Whether a process runs. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
