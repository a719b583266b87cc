import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/** The stacks in two outputs of synthesis that differ, or are in one of them only. The version of the tool may differ. */
export function differingStacks(before: string, after: string): string[] {
  const names = new Set([before, after].flatMap((output) => readdirSync(join(output, 'stacks'))));
  return [...names].filter((name) => !isDeepStrictEqual(stackIn(before, name), stackIn(after, name)));
}

function stackIn(output: string, name: string): unknown {
  let text: string;
  try {
    text = readFileSync(join(output, 'stacks', name, 'cdk.tf.json'), 'utf8');
  } catch {
    return undefined;
  }
  const { '//': about, ...stack } = JSON.parse(text) as { '//': { metadata: { version?: string } } };
  const { version: _, ...metadata } = about.metadata;
  return { ...stack, '//': { ...about, metadata } };
}
