import { styleText } from 'node:util';
import type { Logger } from '../contracts.ts';

type Style = Parameters<typeof styleText>[0];

/** Text in a style, where the terminal shows any (`NO_COLOR` and pipes do not). */
export const styled = (style: Style, text: string) => styleText(style, text, { stream: process.stdout });

/** Writes a line to whoever watches. */
export const print = (line = '') => void process.stdout.write(`${line}\n`);

/** The platform's logger, in the terminal: one line a message. */
export const terminalLogger: Logger = {
  info: (message) => print(`  ${message}`),
  warn: (message) => print(`${styled('yellow', '!')} ${message}`),
  error: (message) => print(`${styled('red', '✗')} ${message}`),
};
