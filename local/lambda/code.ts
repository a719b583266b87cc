import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionDefinition } from './definition.ts';

/** Files the runtime would load for a handler such as `index.handler`, in its order. */
const extensions = ['', '.js', '.mjs', '.cjs'];

/** What keeps a function from running, or makes it run other code than the stack names; undefined when all is well. */
export function codeProblem(definition: FunctionDefinition): string | undefined {
  const { bundle, directory, handler, codeHash } = definition;
  const module = handler.slice(0, handler.lastIndexOf('.'));
  if (!extensions.some((extension) => existsSync(join(directory, module + extension)))) {
    return `${bundle} has no bundle at ${join(directory, module)}.mjs: run \`make build\`.`;
  }
  const zip = `${directory}.zip`;
  if (codeHash === undefined || !existsSync(zip)) return undefined;
  const built = createHash('sha256').update(readFileSync(zip)).digest('base64');
  return built === codeHash
    ? undefined
    : `${bundle} was built after the stack was synthesized, so the stack names older code: run \`make synth\`.`;
}
