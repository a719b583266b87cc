import { CommanderError } from 'commander';
import type { Connection } from './connection/connection.ts';
import { explain } from './connection/explain.ts';
import { exitCodes } from './errors.ts';
import { processTerminal } from './output/terminal.ts';
import { novaProgram } from './program.ts';

/** `nova` in a terminal. */

const terminal = processTerminal();
let interrupt = new AbortController();
let connection: Connection | undefined;

// A first Ctrl-C ends what runs at the next good moment, a second at once.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    interrupt.abort();
  });
}

const program = novaProgram({
  terminal,
  interrupt() {
    if (interrupt.signal.aborted) interrupt = new AbortController();
    return interrupt.signal;
  },
  onConnected: (made) => {
    connection = made;
  },
  exit: (code) => {
    process.exitCode = code;
  },
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = failed(error);
}
// Connections that are kept alive hold nobody up.
process.exit();

function failed(error: unknown): number {
  if (error instanceof CommanderError) {
    // Asked for: help and the like.
    if (error.exitCode === 0) return exitCodes.ok;
    if (error.code !== 'commander.help') report(error.message.replace(/^error: /, ''));
    return exitCodes.unusable;
  }
  if (interrupt.signal.aborted) return exitCodes.interrupted;
  report(explain(error, connection?.place));
  return exitCodes.unusable;
}

function report(message: string): void {
  terminal.note(`${terminal.styledNote('red', '✗')} ${message}`);
}
