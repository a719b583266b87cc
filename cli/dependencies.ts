import type { Command } from 'commander';
import { type ApiAccess, accessByEnvironment, apiAccess } from './connection/api.ts';
import { connect } from './connection/connect.ts';
import type { Connection } from './connection/connection.ts';
import type { Terminal } from './output/terminal.ts';

/** What every command works with. */
export interface Session {
  readonly connection: Connection;
  readonly terminal: Terminal;
  /** Whether a program reads the result. */
  readonly json: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Options every command takes. */
export interface GlobalOptions {
  readonly data?: string;
  readonly stage?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly json?: true;
}

/** What the program lends to a session, and hears of it. */
export interface Surroundings {
  readonly terminal: Terminal;
  /** Aborts with the next Ctrl-C. */
  interrupt(): AbortSignal;
  onConnected(connection: Connection): void;
  exit(code: number): void;
}

/**
 * An action of commander's that runs a command in a session.
 * @param run returns the exit code
 */
export const inSession =
  <Options>(
    { terminal, interrupt, onConnected, exit }: Surroundings,
    run: (session: Session, options: Options, ...args: string[]) => Promise<number>,
  ) =>
  async (...parameters: unknown[]): Promise<void> => {
    const command = parameters.at(-1) as Command;
    const { data, stage, profile, region, json = false } = command.optsWithGlobals<GlobalOptions>();
    const connection = await connect({ data, stage, profile, region });
    onConnected(connection);
    if (!json) notePlace(terminal, connection);
    const session = { connection, terminal, json, signal: interrupt() };
    exit(await run(session, command.opts() as Options, ...command.processedArgs));
  };

function notePlace(terminal: Terminal, { place }: Connection): void {
  terminal.note(terminal.styledNote('dim', `stage ${place.stage} on ${place.where}`));
}

/** What a command that calls the API works with. */
export interface Talk {
  readonly access: ApiAccess;
  readonly terminal: Terminal;
  readonly json: boolean;
  /** Aborted by the next Ctrl-C: asked for anew by each piece of work. */
  interrupt(): AbortSignal;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/**
 * An action of commander's that calls the API: that of the environment, or that of where it connects to.
 * @param run returns the exit code
 */
export const inTalk =
  <Options, Arguments extends readonly unknown[]>(
    { terminal, interrupt, onConnected, exit }: Surroundings,
    run: (talk: Talk, options: Options, ...args: Arguments) => Promise<number>,
  ) =>
  async (...parameters: unknown[]): Promise<void> => {
    const command = parameters.at(-1) as Command;
    const options = command.optsWithGlobals<GlobalOptions & { readonly key: string }>();
    const { data, stage, profile, region, json = false, key } = options;
    let access = accessByEnvironment(process.env);
    if (!access) {
      const connection = await connect({ data, stage, profile, region });
      onConnected(connection);
      if (!json) notePlace(terminal, connection);
      access = await apiAccess(connection.place, key);
    }
    const { stdin, stdout } = process;
    const talk = { access, terminal, json, interrupt, stdin, stdout };
    exit(await run(talk, command.opts() as Options, ...(command.processedArgs as unknown as Arguments)));
  };

/** Writes a result as one JSON document. */
export const writeJson = ({ terminal }: Pick<Session, 'terminal'>, document: unknown) =>
  terminal.line(JSON.stringify(document, null, 2));
