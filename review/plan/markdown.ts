/** Length of the maxLength text that is shown in full. */
const maxLength = 120;

/** Characters shown before the first difference of two long texts. */
const lead = 20;

/** Any text as code: backticks cannot end it, and control characters cannot reach a terminal. */
export function code(text: string): string {
  const shown = text.replaceAll(/\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu, visible);
  const fence = '`'.repeat(Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') || shown === '' ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

const visible = (character: string) =>
  character === '\n' ? '↵' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A text and its replacement, short enough to compare by eye: long texts are cut around their first difference. */
export function folded(before: string, after: string): [string, string] {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  return [around(before, start), around(after, start)];
}

function around(text: string, place: number): string {
  if (text.length <= maxLength) return text;
  const from = Math.max(0, Math.min(place, text.length) - lead);
  const piece = text.slice(from, from + maxLength);
  const rest = from + maxLength < text.length ? '…' : '';
  return `${from > 0 ? '…' : ''}${piece}${rest} (${text.length} characters)`;
}

export const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join('\n');

/** A table with words in the first column and numbers in the others. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = titles.map((_, index) => (index === 0 ? '---' : '---:'));
  return [titles, line, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** `1 resource`, `2 resources` */
export const counted = (value: number, noun: string, plural = `${noun}s`) =>
  `${value} ${value === 1 ? noun : plural}`;

/** A heading and its content; empty without content. */
export const section = (title: string, ...parts: readonly string[]) => {
  const body = parts.filter((part) => part !== '').join('\n\n');
  return body === '' ? '' : `## ${title}\n\n${body}`;
};
