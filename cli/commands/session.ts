import type { Command } from 'commander';
import { accessByEnvironment, apiAccess } from '../connection/api.ts';
import { connect } from '../connection/connect.ts';
import type { Connection } from '../connection/connection.ts';
import type { Terminal } from '../output/terminal.ts';
import { type Ask, askProjector } from '../projector/ask.ts';
import type { ChatOptions, Talk } from './chat.ts';

/** What every command works with. */
export interface Session {
  readonly connection: Connection;
  readonly terminal: Terminal;
  readonly ask: Ask;
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
    const session = { connection, terminal, ask: askProjector(connection), json, signal: interrupt() };
    exit(await run(session, command.opts() as Options, ...command.processedArgs));
  };

function notePlace(terminal: Terminal, { place }: Connection): void {
  terminal.note(terminal.styledNote('dim', `stage ${place.stage} on ${place.where}`));
}

/** An action of commander's that talks to the API: that of the environment, or that of where it connects to. */
export const inTalk =
  (
    { terminal, interrupt, onConnected, exit }: Surroundings,
    run: (talk: Talk, options: ChatOptions, message?: string) => Promise<number>,
  ) =>
  async (message: string | undefined, options: ChatOptions & { readonly key: string }, command: Command) => {
    const { data, stage, profile, region, json = false } = command.optsWithGlobals<GlobalOptions>();
    let access = accessByEnvironment(process.env);
    if (!access) {
      const connection = await connect({ data, stage, profile, region });
      onConnected(connection);
      if (!json) notePlace(terminal, connection);
      access = await apiAccess(connection.place, options.key);
    }
    const { stdin, stdout } = process;
    exit(await run({ access, terminal, json, interrupt, stdin, stdout }, options, message));
  };

/** Writes a result as one JSON document. */
export const writeJson = ({ terminal }: Session, document: unknown) =>
  terminal.line(JSON.stringify(document, null, 2));
