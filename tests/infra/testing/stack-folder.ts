import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SynthesizedStack } from '../../../review/synthesized-stack.ts';

/** Writes a stack and placeholder zips into a folder. */
export function writeStackFolder(stack: SynthesizedStack, folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(stack.file));
  for (const { values } of stack.of('aws_lambda_function')) {
    if (!values.filename) continue;
    const zip = join(folder, String(values.filename));
    mkdirSync(dirname(zip), { recursive: true });
    writeFileSync(zip, 'zip');
  }
  return folder;
}
