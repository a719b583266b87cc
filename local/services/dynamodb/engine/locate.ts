import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { UserError } from '@nova/shared/run-main';

/** Where the tables are kept: a server that already runs, or a program to start. */
export type EngineLocation =
  | { readonly kind: 'endpoint'; readonly url: URL }
  | { readonly kind: 'program'; readonly path: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** The machine, and the project on it. */
export interface Machine {
  /** The project's folder, absolute. */
  readonly root: string;
  /** Node's names of the operating system and the processor: `darwin-arm64`. Windows' WSL is Linux. */
  readonly platform: string;
}

export const thisMachine: Machine = {
  root: join(import.meta.dirname, '../../../..'),
  platform: `${process.platform}-${process.arch}`,
};

/**
 * Finds the DynamoDB engine: `DYNAMODB_ENDPOINT`, else the package installed for this platform, else `dynoxide` on the
 * PATH.
 * @throws UserError when there is none, or the endpoint is not an http address
 */
export function locateEngine(environment: Environment, machine: Machine = thisMachine): EngineLocation {
  const endpoint = environment.DYNAMODB_ENDPOINT;
  if (endpoint) return { kind: 'endpoint', url: parseEndpoint(endpoint) };
  const path = findProgram(environment, machine);
  if (path) return { kind: 'program', path };
  throw new UserError(
    `There is no DynamoDB engine for ${machine.platform}. Run \`make engine\` to install it, ${otherEngines}`,
  );
}

/** The alternatives to an installed engine. */
export const otherEngines =
  'put `dynoxide` on your PATH, or set DYNAMODB_ENDPOINT to a DynamoDB Local, for example http://127.0.0.1:8000.';

function parseEndpoint(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === 'http:') return url;
  throw new UserError(
    `DYNAMODB_ENDPOINT is "${endpoint}", but must be an http address, for example http://127.0.0.1:8000.`,
  );
}

/** The engine's program: from npm's tree, from the install step's folder, or on the PATH. */
export function findProgram({ PATH = '' }: Environment, machine: Machine): string | undefined {
  return (
    inModules(machine) ??
    executable(join(enginePackage(machine).folder, 'dynoxide')) ??
    PATH.split(delimiter)
      .filter(Boolean)
      .map((directory) => executable(join(directory, 'dynoxide')))
      .find((path) => path !== undefined)
  );
}

function inModules(machine: Machine): string | undefined {
  try {
    const resolver = createRequire(join(machine.root, 'local', 'package.json'));
    return executable(
      join(dirname(resolver.resolve(`${enginePackage(machine).name}/package.json`)), 'dynoxide'),
    );
  } catch {
    return undefined;
  }
}

function executable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}

export interface EnginePackage {
  readonly name: string;
  readonly version: string;
  readonly platform: string;
  /** Where the install step puts it: npm's own tree holds what the lockfile names, and nothing else. */
  readonly folder: string;
}

/**
 * The package of the engine for a platform, in the version that `local/package.json` pins.
 * @throws Error when the manifest pins no version, or several
 */
export function enginePackage({ root, platform }: Machine): EnginePackage {
  const manifest = JSON.parse(readFileSync(join(root, 'local', 'package.json'), 'utf8'));
  const pinned = Object.entries<string>(manifest.optionalDependencies ?? {}).filter(([name]) =>
    name.startsWith('@dynoxide/'),
  );
  const [version, ...others] = new Set(pinned.map(([, one]) => one));
  if (!version || others.length > 0)
    throw new Error('local/package.json must pin one version of @dynoxide/*');
  const folder = join(root, 'node_modules', '.dynoxide', `${platform}-${version}`);
  return { name: `@dynoxide/${platform}`, version, platform, folder };
}
