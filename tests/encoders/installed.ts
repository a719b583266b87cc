import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Programs as they are installed on this machine. */

/** Milliseconds until a program counts as stuck. */
const timeout = 300_000;

/** Runs a program to its end. @throws Error with its output when it fails */
export async function run(program: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(program, args, { timeout });
}

export const isInstalled = (program: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** Other versions of the programs may write other files. */
export const isDebian12 = (): boolean =>
  existsSync('/etc/os-release') &&
  /^VERSION_CODENAME=bookworm$/m.test(readFileSync('/etc/os-release', 'utf8'));
