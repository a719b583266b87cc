/** Longest text shown whole in one line. */
const longest = 120;

/** Characters shown before the place where two long texts part. */
const lead = 20;

/** Text as code, whatever is in it: backticks cannot end it, and control characters cannot reach a terminal. */
export function code(text: string): string {
  const shown = text.replaceAll(/\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu, visible);
  const fence = '`'.repeat(Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') || shown === '' ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

const visible = (character: string) =>
  character === '\n' ? '↵' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * A text and the one that takes its place, short enough to compare by eye: of long ones, where they part.
 */
export function folded(before: string, after: string): [string, string] {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  return [around(before, start), around(after, start)];
}

function around(text: string, place: number): string {
  if (text.length <= longest) return text;
  const from = Math.max(0, Math.min(place, text.length) - lead);
  const piece = text.slice(from, from + longest);
  const rest = from + longest < text.length ? '…' : '';
  return `${from > 0 ? '…' : ''}${piece}${rest} (${text.length} characters)`;
}

export const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join('\n');

/** A table whose first column holds words, and whose others hold numbers. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = titles.map((_, index) => (index === 0 ? '---' : '---:'));
  return [titles, line, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** `1 resource`, `2 resources` */
export const counted = (value: number, noun: string, plural = `${noun}s`) =>
  `${value} ${value === 1 ? noun : plural}`;

/** A heading and what stands below it; nothing where that is nothing. */
export const section = (title: string, ...parts: readonly string[]) => {
  const body = parts.filter((part) => part !== '').join('\n\n');
  return body === '' ? '' : `## ${title}\n\n${body}`;
};
