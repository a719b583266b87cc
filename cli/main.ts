import { CommanderError } from 'commander';
import { reportError } from './connection/explain.ts';
import type { Place } from './connection/place.ts';
import { exitCodes, UsageError } from './errors.ts';
import { processTerminal } from './output/terminal.ts';
import { novaProgram } from './program.ts';

/** `nova` in a terminal. */

const terminal = processTerminal();
let interrupt = new AbortController();
let place: Place | undefined;

// The first Ctrl-C asks the command to end; the second ends the process at once.
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
  onPlace: (found) => {
    place = found;
  },
  exit: (code) => {
    process.exitCode = code;
  },
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
// Kept-alive connections would keep the process running.
process.exit();

/** Reports the error and picks the exit code. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    // --help was given.
    if (error.exitCode === 0) return exitCodes.ok;
    // No command was given: commander has shown the help.
    if (error.code !== 'commander.help') {
      reportError(terminal, new UsageError(error.message.replace(/^error: /, '')));
    }
    return exitCodes.unusable;
  }
  if (interrupt.signal.aborted) return exitCodes.interrupted;
  reportError(terminal, error, place);
  return exitCodes.unusable;
}
