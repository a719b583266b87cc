import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** Output of a command: the result goes to standard output, notes to standard error, so a pipe gets the result alone. */
export interface Terminal {
  /** Columns of standard output; infinite when it is not a terminal. */
  readonly columns: number;
  /** Columns of standard error; infinite when it is not a terminal. */
  readonly noteColumns: number;
  /** Whether standard error can show progress bars. */
  readonly live: boolean;
  /** Writes a piece of the result. */
  write(text: string): void;
  /** Writes a line of the result. */
  line(text?: string): void;
  /** Writes a line to standard error. */
  note(text?: string): void;
  /** Replaces the status line, or clears it without a text. Does nothing unless {@link live}. */
  status(text?: string): void;
  /** Styles text of the result, unless `NO_COLOR` is set or it goes to a pipe. */
  styled(style: Style, text: string): string;
  /** Styles text of a note in the same way. */
  styledNote(style: Style, text: string): string;
}

const clearLine = '\r\u001B[2K';
const clearRest = '\u001B[K';
const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';

/** A terminal without a size, such as a serial line, gets the usual 80 columns. */
const columnsOf = ({ isTTY, columns }: NodeJS.WriteStream & { columns: number }) =>
  isTTY ? columns || 80 : Number.POSITIVE_INFINITY;

/** The terminal of this process. */
export function processTerminal({ stdout, stderr, env }: NodeJS.Process = process): Terminal {
  const live = stderr.isTTY && env.TERM !== 'dumb';
  let shown = false;
  const clear = () => {
    if (shown) stderr.write(clearLine + showCursor);
    shown = false;
  };
  const write = (stream: NodeJS.WriteStream, text: string) => {
    clear();
    stream.write(text);
  };
  process.once('exit', clear);
  // A reader that closes the pipe early, such as `head`, is not an error.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  return {
    get columns() {
      return columnsOf(stdout);
    },
    get noteColumns() {
      return columnsOf(stderr);
    },
    live,
    write: (text) => write(stdout, text),
    line: (text = '') => write(stdout, `${text}\n`),
    note: (text = '') => write(stderr, `${text}\n`),
    status(text) {
      if (!live) return;
      if (text === undefined) return clear();
      // Overwrites the line in a single write: clearing it first would flicker.
      stderr.write(`${shown ? '' : hideCursor}\r${text}${clearRest}`);
      shown = true;
    },
    styled: (style, text) => styleText(style, text, { stream: stdout }),
    styledNote: (style, text) => styleText(style, text, { stream: stderr }),
  };
}
