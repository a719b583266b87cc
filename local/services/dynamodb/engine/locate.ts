import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { UserError } from '@nova/shared/run-main';

/** Where the tables are kept: a server that is already there, or a program to start. */
export type EngineLocation =
  | { readonly kind: 'endpoint'; readonly url: URL }
  | { readonly kind: 'program'; readonly path: string };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds the DynamoDB engine: `DYNAMODB_ENDPOINT`, else the package installed for this platform, else `dynoxide` on the
 * PATH.
 * @param modules where to look for the package
 * @throws UserError when there is none, or the endpoint is no address
 */
export function locateEngine(environment: Environment, modules: string = import.meta.url): EngineLocation {
  const endpoint = environment.DYNAMODB_ENDPOINT;
  if (endpoint) return { kind: 'endpoint', url: parseEndpoint(endpoint) };
  const path = installed(modules) ?? onPath(environment.PATH ?? '');
  if (path) return { kind: 'program', path };
  throw new UserError(
    `There is no DynamoDB engine for ${process.platform}-${process.arch}. Run \`npm install @dynoxide/${process.platform}-${process.arch} --no-save\`, ` +
      'put `dynoxide` on your PATH, or set DYNAMODB_ENDPOINT to a DynamoDB Local, for example http://127.0.0.1:8000.',
  );
}

function parseEndpoint(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === 'http:') return url;
  throw new UserError(
    `DYNAMODB_ENDPOINT is "${endpoint}", but must be an http address, for example http://127.0.0.1:8000.`,
  );
}

function installed(modules: string): string | undefined {
  try {
    const manifest = createRequire(modules).resolve(
      `@dynoxide/${process.platform}-${process.arch}/package.json`,
    );
    return executable(join(dirname(manifest), 'dynoxide'));
  } catch {
    return undefined;
  }
}

function onPath(path: string): string | undefined {
  for (const directory of path.split(delimiter)) {
    const found = directory && executable(join(directory, 'dynoxide'));
    if (found) return found;
  }
  return undefined;
}

function executable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}
