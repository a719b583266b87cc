import wrapAnsi from 'wrap-ansi';

const number = new Intl.NumberFormat('en-US');

const hundred = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  signDisplay: 'negative',
});

/** `12,345` */
export const count = (value: number) => number.format(Math.round(value));

/** `0.64`, `-0.10`; values that round to zero have no sign: `0.00` */
export const hundredths = (value: number) => hundred.format(value);

/** `1 stream`, `2 streams` */
export const counted = (value: number, noun: string, plural = `${noun}s`) =>
  `${count(value)} ${value === 1 ? noun : plural}`;

/** `0.4 s`, `2 min 5 s` */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** `512 B`, `70.4 MB`: decimal units, as for disks and networks. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  // 999.95 would be rounded to 1000.0: it is 1.0 of the next unit.
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `1:02:03`, `2:03`: a position in a recording. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** `2026-01-31 12:00:00Z`; other text stays as it is. */
export function moment(time: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(time);
  return match ? `${match[1]} ${match[2]}Z` : oneLine(time);
}

/** `now`, `5 min ago`, `3 d ago`; other text stays as it is. */
export function ago(time: string, now = Date.now()): string {
  const seconds = (now - Date.parse(time)) / 1000;
  if (Number.isNaN(seconds)) return oneLine(time);
  if (seconds < 5) return 'now';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`;
}

/** Wraps text to a width, between words where possible. */
export const wrapped = (text: string, width: number): string[] =>
  wrapAnsi(text, width, { hard: true }).split('\n');

/** Text from outside on one line, with control characters escaped: a terminal would obey them. */
export const oneLine = (text: string) =>
  text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(/\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu, (character) => escaped(character));

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
