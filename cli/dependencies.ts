import type { Command } from 'commander';
import { type ApiAccess, accessByEnvironment, apiAccess } from './connection/api-access.ts';
import type { Connection } from './connection/connection.ts';
import { findPlace } from './connection/find-place.ts';
import type { Place } from './connection/place.ts';
import type { Terminal } from './output/terminal.ts';

/** The process that the program runs in. */
export interface Dependencies {
  readonly terminal: Terminal;
  /** A signal that the next Ctrl-C aborts. */
  interrupt(): AbortSignal;
  /** Called once the platform is known, before the command runs. */
  onPlace(place: Place): void;
  exit(code: number): void;
}

/** Given to a command that works with the platform's AWS services. */
export interface PlatformDependencies {
  readonly connection: Connection;
  readonly terminal: Terminal;
  /** The result is for a program. */
  readonly json: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Given to a command that calls the API. */
export interface ApiDependencies {
  readonly access: ApiAccess;
  readonly terminal: Terminal;
  /** The result is for a program. */
  readonly json: boolean;
  /** A signal that the next Ctrl-C aborts: each piece of work takes a new one. */
  interrupt(): AbortSignal;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/** Runs a command and returns its exit code. */
type Run<Given, Options, Arguments extends readonly unknown[]> = (
  given: Given,
  options: Options,
  ...args: Arguments
) => Promise<number>;

/** Options of every command. */
interface GlobalOptions {
  readonly data?: string;
  readonly stage?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly json?: true;
}

/**
 * A commander action that connects to the platform's AWS services and runs a command.
 * @param load imports the command; only the command that runs is loaded
 */
export const withPlatform =
  <Options, Arguments extends readonly unknown[]>(
    dependencies: Dependencies,
    load: () => Promise<Run<PlatformDependencies, Options, Arguments>>,
  ) =>
  async (...parameters: unknown[]): Promise<void> => {
    const command = parameters.at(-1) as Command;
    const { terminal, interrupt, exit } = dependencies;
    const globalOptions = command.optsWithGlobals<GlobalOptions>();
    const [run, { connectionTo }, place] = await Promise.all([
      load(),
      import('./connection/connection.ts'),
      announcedPlace(dependencies, globalOptions),
    ]);
    const { json = false } = globalOptions;
    const given = { connection: connectionTo(place), terminal, json, signal: interrupt() };
    exit(await run(given, command.opts() as Options, ...(command.processedArgs as unknown as Arguments)));
  };

/**
 * A commander action that runs a command with access to the API: the one that the environment names, or the selected
 * platform's.
 * @param load imports the command; only the command that runs is loaded
 */
export const withApi =
  <Options, Arguments extends readonly unknown[]>(
    dependencies: Dependencies,
    load: () => Promise<Run<ApiDependencies, Options, Arguments>>,
  ) =>
  async (...parameters: unknown[]): Promise<void> => {
    const command = parameters.at(-1) as Command;
    const { terminal, interrupt, exit } = dependencies;
    const options = command.optsWithGlobals<GlobalOptions & { readonly key: string }>();
    const access =
      accessByEnvironment(process.env) ??
      (await apiAccess(await announcedPlace(dependencies, options), options.key));
    const { json = false } = options;
    const { stdin, stdout } = process;
    const given = { access, terminal, json, interrupt, stdin, stdout };
    const run = await load();
    exit(await run(given, command.opts() as Options, ...(command.processedArgs as unknown as Arguments)));
  };

/** Finds the platform and names it beside the result, unless the result is for a program. */
async function announcedPlace(
  { terminal, onPlace }: Dependencies,
  { data, stage, profile, region, json }: GlobalOptions,
): Promise<Place> {
  const place = await findPlace({ data, stage, profile, region });
  onPlace(place);
  if (!json) terminal.note(terminal.styledNote('dim', `stage ${place.stage} on ${place.where}`));
  return place;
}
