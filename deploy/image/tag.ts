import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@nova/shared/run-main';

const hexDigits = 24;

/**
 * Tag of the image of agent-core: a hash of its sources, so that the same bytes are built and pushed once.
 * @param lambdas the folder `lambdas`, with the bundle built
 * @throws UserError when it is not built
 */
export function imageTag(lambdas: string): string {
  const bundle = join(lambdas, 'dist', 'agent-core');
  if (!existsSync(bundle)) throw new UserError('agent-core is not built: run `make build` first.');
  const hash = createHash('sha256').update(readFileSync(join(lambdas, dockerfile)));
  const files = readdirSync(bundle).filter((file) => file.endsWith('.mjs'));
  for (const file of files.sort()) hash.update(file).update(readFileSync(join(bundle, file)));
  return hash.digest('hex').slice(0, hexDigits);
}

/** Relative to `lambdas`. */
export const dockerfile = 'functions/agent-core/Dockerfile';
