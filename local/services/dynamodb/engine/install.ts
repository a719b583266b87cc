import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { runMain, UserError } from '@nova/shared/run-main';
import {
  type EnginePackage,
  enginePackage,
  findProgram,
  type Machine,
  otherEngines,
  thisMachine,
} from './locate.ts';

/**
 * Installs the DynamoDB engine of this platform where the lockfile names none. A part of `make install`; it leaves the
 * lockfile and npm's own tree alone.
 */

const run = promisify(execFile);

/** Milliseconds npm may take for one command. */
const npmLimitMs = 120_000;
/** One retry: a machine without a network gets its message soon. */
const npmFlags = ['--prefer-offline', '--fetch-retries=1', '--loglevel=error'];

type Environment = Readonly<Record<string, string | undefined>>;

export type Installation =
  | { readonly kind: 'present' }
  | { readonly kind: 'installed' }
  /** npm cannot get the package; the reason completes a message. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/**
 * Downloads the engine's package of this platform, in the exact version that `local/package.json` pins, unless an
 * engine exists already.
 * @param environment PATH to find `npm` and `tar` by, and npm's own settings
 * @throws UserError when the tarball does not match the registry's metadata; nothing is installed then
 */
export async function installEngine(environment: Environment, machine: Machine): Promise<Installation> {
  if (findProgram(environment, machine)) return { kind: 'present' };
  const wanted = enginePackage(machine);
  const downloads = dirname(wanted.folder);
  await mkdir(downloads, { recursive: true });
  const work = await mkdtemp(join(downloads, 'work-'));
  try {
    await unpack(await download(wanted, work, environment), wanted, work, environment);
    return { kind: 'installed' };
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return { kind: 'unavailable', reason: error.message };
  } finally {
    await rm(work, { recursive: true, force: true });
    // Removes it only where it is empty.
    await rmdir(downloads).catch(() => {});
  }
}

/** The package is not available here and now; the message says why. */
class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

/** @returns path of the tarball, its hash checked */
async function download(
  { name, version }: EnginePackage,
  to: string,
  environment: Environment,
): Promise<string> {
  const spec = `${name}@${version}`;
  const integrity = await npm(['view', spec, 'dist.integrity', '--json'], environment);
  const expected = /sha512-[A-Za-z0-9+/]+=*/.exec(integrity)?.[0];
  await npm(['pack', spec, '--pack-destination', to, '--ignore-scripts'], environment);
  const [file] = (await readdir(to)).filter((entry) => entry.endsWith('.tgz'));
  if (!file) throw new UnavailableError(`npm pack ${spec} left no tarball`);
  const tarball = join(to, file);
  const actual = `sha512-${createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64')}`;
  if (actual !== expected) {
    throw new UserError(
      `${spec} was not installed: its tarball has the hash ${actual}, but the registry says ${expected ?? 'no sha512 hash'}. ` +
        'Check which registry npm uses (`npm config get registry`), then run `make engine`.',
    );
  }
  return tarball;
}

async function npm(args: readonly string[], environment: Environment): Promise<string> {
  try {
    const { stdout } = await run('npm', [...args, ...npmFlags], { env: environment, timeout: npmLimitMs });
    return stdout;
  } catch (error) {
    const { stderr = '', code } = error as { stderr?: string; code?: unknown };
    // npm 10 and older write `npm ERR!`.
    const npmCode = /^npm (?:error|ERR!) code (\S+)/m.exec(stderr)?.[1];
    const reason = npmCode === 'E404' ? 'the registry does not have it' : (npmCode ?? code ?? 'npm failed');
    throw new UnavailableError(`npm ${args.slice(0, 2).join(' ')}: ${reason}`, { cause: error });
  }
}

/** Puts the package into its place in one step, and removes what an older version left there. */
async function unpack(tarball: string, wanted: EnginePackage, work: string, environment: Environment) {
  const unpacked = join(work, 'package');
  await mkdir(unpacked);
  try {
    await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components', '1'], { env: environment });
    await chmod(join(unpacked, 'dynoxide'), 0o755);
  } catch (error) {
    throw new UnavailableError(`it cannot be unpacked (${(error as Error).message.trim()})`, {
      cause: error,
    });
  }
  const downloads = dirname(wanted.folder);
  const older = (await readdir(downloads)).filter((entry) => entry.startsWith(`${wanted.platform}-`));
  await Promise.all(older.map((entry) => rm(join(downloads, entry), { recursive: true, force: true })));
  await rename(unpacked, wanted.folder);
}

if (import.meta.main) {
  await runMain(async () => {
    const { name, version } = enginePackage(thisMachine);
    const installation = await installEngine(process.env, thisMachine);
    if (installation.kind === 'installed') process.stdout.write(`Installed ${name} ${version}\n`);
    if (installation.kind === 'unavailable') {
      process.stderr.write(
        `The DynamoDB engine ${name} ${version} could not be installed: ${installation.reason}. ` +
          `\`make dev\` and the integration tests need one: run \`make engine\` to try again, ${otherEngines}\n`,
      );
    }
  });
}
