import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** Where a command writes: results to standard output, all else to standard error, so that a pipe gets results alone. */
export interface Terminal {
  /** Columns of the screen; infinitely many where there is none. */
  readonly columns: number;
  /** The same for what stands beside the result. */
  readonly noteColumns: number;
  /** Whether somebody watches who can be shown something that moves. */
  readonly live: boolean;
  /** A piece of the result, as it comes. */
  write(text: string): void;
  /** A line of the result. */
  line(text?: string): void;
  /** A line beside the result. */
  note(text?: string): void;
  /** A line that the next one replaces; none clears it. Shown only where {@link live}. */
  status(text?: string): void;
  /** Text of the result in a style, where it shows any (`NO_COLOR` and pipes do not). */
  styled(style: Style, text: string): string;
  /** The same for what stands beside the result. */
  styledNote(style: Style, text: string): string;
}

const clearLine = '\r\u001B[2K';
const clearRest = '\u001B[K';
const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';

/** A screen of no size, as of a serial line, is taken for the usual one. */
const columnsOf = ({ isTTY, columns }: NodeJS.WriteStream & { columns: number }) =>
  isTTY ? columns || 80 : Number.POSITIVE_INFINITY;

/** This process's terminal. */
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
  // A reader that has seen enough, such as `head`, is no error.
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
      // Written over what was there, and in one piece: cleared before, it would flicker.
      stderr.write(`${shown ? '' : hideCursor}\r${text}${clearRest}`);
      shown = true;
    },
    styled: (style, text) => styleText(style, text, { stream: stdout }),
    styledNote: (style, text) => styleText(style, text, { stream: stderr }),
  };
}
