import type { Conversation, Exchange } from './conversation.ts';
import { type Item, type Passage, quoteOf, readResults, relevant } from './passages.ts';
import type { Task } from './request.ts';

const mostQuotes = 3;
const mostItems = 10;

/** Asks for all there is rather than for something in it. */
const wantsGist =
  /\b(?:summar\w+|overview|gist|outline|tell me about|what is (?:it|this|that) about|main points?)\b|要約|まとめ/iu;

/** An answer from what the tools returned. */
export function answerFrom({ current, earlier }: Conversation, task: Task): string {
  const { exchanges } = current;
  const failed = exchanges.filter(({ result }) => result?.failed);
  if (exchanges.length > 0 && failed.length === exchanges.length) return failures(failed);
  const { passages, items } = readResults(exchanges);
  const named = task.ids.length > 0 && wantsGist.test(current.message);
  const telling = relevant(passages, task.subject);
  const chosen = telling.length === 0 && (named || isPlain(exchanges)) ? passages : telling;
  if (chosen.length > 0) return quotations(chosen.slice(0, mostQuotes), task);
  if (items.length > 0) return inventory(items);
  if (exchanges.length > 0) return `I looked with ${toolNames(exchanges)} and found nothing about that.`;
  return earlier.length > 0 && task.question === ''
    ? 'I did not find a question in that.'
    : 'I have no source to answer that from: no tool that could look it up was offered to me.';
}

/** The result of a tool that reads, rather than searches, is the answer as a whole. */
const isPlain = (exchanges: readonly Exchange[]) => exchanges.every(({ name }) => !/search|find/i.test(name));

function quotations(passages: readonly Passage[], { subject }: Task): string {
  const lines = passages.map((passage, index) => `“${quoteOf(passage, subject)}” ${marker(passage, index)}`);
  return `This is what I found:\n\n${lines.join('\n\n')}`;
}

/** `[source]` with the seconds in a recording, `[1]` where the result names no source. */
function marker({ source, start, end }: Passage, index: number): string {
  const name = `[${source ?? index + 1}]`;
  if (start === undefined) return name;
  return `${name} (${start}${end === undefined ? '' : `–${end}`} s)`;
}

function inventory(items: readonly Item[]): string {
  const shown = items.slice(0, mostItems).map((item) => `- ${itemLine(item)}`);
  const more = items.length > mostItems ? `\n- and ${items.length - mostItems} more` : '';
  return `I found ${items.length === 1 ? 'one' : items.length}:\n${shown.join('\n')}${more}`;
}

/** A thing by its name, its plain facts in brackets. */
function itemLine(item: Item): string {
  const name = item.filename ?? item.name ?? item.title;
  const id = item.contentId ?? item.jobId ?? item.sessionId ?? item.id;
  const facts = ['kind', 'type', 'status', 'stage', 'percent', 'failure', 'detail']
    .map((field) =>
      field === 'percent' && typeof item[field] === 'number' ? `${item[field]} %` : item[field],
    )
    .filter((fact) => typeof fact === 'string' || typeof fact === 'number');
  const parts = [
    name,
    facts.length > 0 ? `(${facts.join(', ')})` : undefined,
    id === undefined ? undefined : `[${id}]`,
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}

function failures(failed: readonly Exchange[]): string {
  const reasons = failed.map(({ name, result }) => `${name}: ${result?.values.map(plain).join(' ')}`);
  return `I could not look that up. ${reasons.join(' ')}`;
}

const plain = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

const toolNames = (exchanges: readonly Exchange[]) =>
  [...new Set(exchanges.map(({ name }) => name))].join(', ');
