import { styleText } from 'node:util';
import type { Logger } from '../contracts.ts';

type Style = Parameters<typeof styleText>[0];

/** Styled text, where the terminal shows styles (not with `NO_COLOR`, not in a pipe). */
export const styled = (style: Style, text: string) => styleText(style, text, { stream: process.stdout });

/** Writes a line to standard output. */
export const print = (line = '') => void process.stdout.write(`${line}\n`);

/** The platform's logger in the terminal: one line for each message. */
export const terminalLogger: Logger = {
  info: (message) => print(`  ${message}`),
  warn: (message) => print(`${styled('yellow', '!')} ${message}`),
  error: (message) => print(`${styled('red', '✗')} ${message}`),
};
