import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LambdaFunctionConfig } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { type FunctionName, handlerEntry } from '@nova/shared/functions';
import { UserError } from '@nova/shared/run-main';
import { AssetType, TerraformAsset } from 'cdktf';
import type { Construct } from 'constructs';

/** Lambda's Node.js runtime, of the major version the project is built with. Source: Lambda runtimes, supported until 2028-04-30. */
const runtime = 'nodejs24.x';

/** Thrown when a bundle has not been built. */
export class MissingArtifactError extends UserError {
  override readonly name = 'MissingArtifactError';
}

/** The arguments of a function that define its code. */
export type Code = Pick<
  LambdaFunctionConfig,
  'packageType' | 'filename' | 'sourceCodeHash' | 'handler' | 'runtime' | 'imageUri' | 'imageConfig'
>;

/**
 * Code in a zip. The zip is copied beside the stack, so that its path is relative and the stack can be moved.
 * @param artifacts directory of `<function>.zip`
 * @throws MissingArtifactError when the zip is missing
 */
export function zipCode(scope: Construct, name: FunctionName, artifacts: string): Code {
  const path = join(artifacts, `${name}.zip`);
  if (!existsSync(path)) {
    throw new MissingArtifactError(`${path} is missing: run \`make build\` first.`);
  }
  return {
    packageType: 'Zip',
    filename: new TerraformAsset(scope, 'zip', { path, type: AssetType.FILE }).path,
    sourceCodeHash: createHash('sha256').update(readFileSync(path)).digest('base64'),
    handler: handlerEntry,
    runtime,
  };
}

/** Code in a container image. */
export const imageCode = (imageUri: string): Code => ({
  packageType: 'Image',
  imageUri,
  imageConfig: { command: [handlerEntry] },
});
