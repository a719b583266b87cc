import { readFileSync } from 'node:fs';
import { StackError } from '../contracts.ts';

export type Arguments = Readonly<Record<string, unknown>>;
type Named<T> = Readonly<Record<string, T>>;

/** Terraform's JSON configuration, as `cdktf synth` writes it. */
export interface TerraformFile {
  readonly provider?: Named<readonly Arguments[]>;
  readonly variable?: Named<{ readonly default?: unknown }>;
  readonly locals?: Arguments;
  readonly data?: Named<Named<Arguments>>;
  readonly resource?: Named<Named<Arguments>>;
  readonly output?: Named<{ readonly value?: unknown }>;
}

/**
 * Reads a synthesized stack.
 * @throws StackError when it is missing or no JSON
 */
export function readTerraformFile(path: string): TerraformFile {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new StackError(`There is no synthesized stack at ${path}. Run \`make synth\` first.`, {
        cause: error,
      });
    }
    throw new StackError(
      `The synthesized stack at ${path} cannot be read (${(error as Error).message}). Run \`make synth\` again.`,
      { cause: error },
    );
  }
}
