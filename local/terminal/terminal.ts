import { styleText } from 'node:util';
import type { Logger } from '../contracts.ts';

type Style = Parameters<typeof styleText>[0];

/** Styled text, where the terminal shows styles (not with `NO_COLOR`, not in a pipe). */
export const styled = (style: Style, text: string) => styleText(style, text, { stream: process.stdout });

/** Writes a line to standard output. */
export const print = (line = '') => void process.stdout.write(`${line}\n`);

/**
 * Text of a request, safe to print: a terminal obeys control characters (ECMA-48), and text that changes direction (Unicode
 * TR 36, "Bidirectional text spoofing") misleads its reader.
 * @param limit characters that are kept
 */
export function printable(text: string, limit: number): string {
  const kept = text.length > limit ? `${text.slice(0, limit)}… (${text.length} characters)` : text;
  return kept.replaceAll(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Characters of a message, with a stack trace in it. */
const messageLimit = 10_000;

/** Keeps the lines of a message apart, for stack traces. */
const message = (text: string) =>
  text
    .slice(0, messageLimit)
    .split('\n')
    .map((line) => printable(line, messageLimit))
    .join('\n');

/** The platform's logger in the terminal. */
export const terminalLogger: Logger = {
  info: (text) => print(`  ${message(text)}`),
  warn: (text) => print(`${styled('yellow', '!')} ${message(text)}`),
  error: (text) => print(`${styled('red', '✗')} ${message(text)}`),
};
