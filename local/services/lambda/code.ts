import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionDefinition } from './definition.ts';

/** Files the runtime would load for a handler such as `index.handler`, in its order. */
const extensions = ['', '.js', '.mjs', '.cjs'];

/** Milliseconds between two looks for a bundle that is being built. */
const lookMs = 50;

/** Whether a function's code is there. */
export function hasCode({ directory, handler }: FunctionDefinition): boolean {
  const module = join(directory, moduleOf(handler));
  return extensions.some((extension) => existsSync(module + extension));
}

/**
 * Waits for code that was there before: a build removes it for a moment.
 * @param limitMs after which the code counts as gone
 */
export async function codeReturns(definition: FunctionDefinition, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (!hasCode(definition) && performance.now() < end) await delay(lookMs);
}

const moduleOf = (handler: string) => handler.slice(0, handler.lastIndexOf('.'));

/** Why a function cannot run, or would run other code than the stack names; undefined when neither is so. */
export function codeProblem(definition: FunctionDefinition): string | undefined {
  const { bundle, directory, handler, codeHash } = definition;
  if (!hasCode(definition)) {
    return `${bundle} has no bundle at ${join(directory, moduleOf(handler))}.mjs: run \`make build\`.`;
  }
  const zip = `${directory}.zip`;
  if (codeHash === undefined || !existsSync(zip)) return undefined;
  const built = createHash('sha256').update(readFileSync(zip)).digest('base64');
  return built === codeHash
    ? undefined
    : `${bundle} was built after the stack was synthesized, so the stack names older code: run \`make synth\`.`;
}
