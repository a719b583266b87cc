import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackName } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import * as z from 'zod';

/** Output of synthesis, relative to the working directory. */
export const outputFolder = 'cdktf.out';

export const stackFolder = (stack: StackName) => join(outputFolder, 'stacks', stack);

const Block = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())));

/** The parts of a `cdk.tf.json` that commands read. */
export const StackFile = z.looseObject({
  terraform: z.looseObject({}),
  provider: z.looseObject({}).default({}),
  resource: Block.default({}),
  data: Block.default({}),
  variable: z.record(z.string(), z.unknown()).default({}),
});
export type StackFile = z.infer<typeof StackFile>;

/** @throws UserError when the stack is not synthesized */
export const readStack = (stack: StackName): StackFile => StackFile.parse(JSON.parse(textOf(stack)));

/** SHA-256 of a synthesized stack: of its JSON and of the zips that it names. */
export function synthesisOf(stack: StackName): string {
  const hash = createHash('sha256').update(textOf(stack));
  for (const { filename } of Object.values(readStack(stack).resource.aws_lambda_function ?? {})) {
    if (typeof filename === 'string')
      hash.update(filename).update(readFileSync(join(stackFolder(stack), filename)));
  }
  return hash.digest('hex');
}

function textOf(stack: StackName): string {
  const path = join(stackFolder(stack), 'cdk.tf.json');
  if (!existsSync(path)) throw new UserError(`${path} is missing: run \`make synth\` first.`);
  return readFileSync(path, 'utf8');
}
