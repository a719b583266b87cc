import { stripVTControlCharacters } from 'node:util';

const number = new Intl.NumberFormat('en-US');

/** `12,345` */
export const count = (value: number) => number.format(Math.round(value));

/** `1 stream`, `2 streams` */
export const counted = (value: number, noun: string, plural = `${noun}s`) =>
  `${count(value)} ${value === 1 ? noun : plural}`;

/** `0.4 s`, `2 min 5 s` */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** `2026-01-31 12:00:00Z`; what is no time stays as it is. */
export function moment(time: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(time);
  return match ? `${match[1]} ${match[2]}Z` : oneLine(time);
}

/** Text from elsewhere on one line: no control character reaches the terminal, which would obey it. */
export const oneLine = (text: string) =>
  text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(/\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu, (character) => escaped(character));

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Columns a text takes, styles not counted. */
export const widthOf = (text: string) => stripVTControlCharacters(text).length;

/** Text of a width at most, its end cut off where it is longer. */
export const cut = (text: string, width: number) =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
