import { isRecord } from '../json.ts';
import { contentWords, sentences } from '../text/words.ts';
import type { Exchange } from './conversation.ts';

/** A piece of text in a tool's result, and what says where it is from. */
export interface Passage {
  readonly text: string;
  /** What to cite it by; undefined when the result names no source. */
  readonly source: string | undefined;
  /** Seconds, in a recording. */
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/** A thing in a tool's result that holds no running text: a file, a job. */
export type Item = Readonly<Record<string, unknown>>;

const textFields = ['text', 'passage', 'snippet', 'excerpt', 'quote', 'body', 'description', 'summary'];
const sourceFields = ['contentId', 'documentId', 'sourceId', 'source', 'url', 'id'];

/** All passages and items in what tools returned, in order. */
export function readResults(exchanges: readonly Exchange[]): { passages: Passage[]; items: Item[] } {
  const passages: Passage[] = [];
  const items: Item[] = [];
  /** @param within what the value is part of, and so from, when it does not say itself */
  const visit = (value: unknown, within: string | undefined): void => {
    if (typeof value === 'string') {
      if (value.trim() !== '')
        passages.push({ text: value, source: within, start: undefined, end: undefined });
    } else if (Array.isArray(value)) {
      for (const one of value) visit(one, within);
    } else if (isRecord(value)) {
      visitRecord(value, citableSource(value) ?? within);
    }
  };
  const visitRecord = (record: Record<string, unknown>, source: string | undefined): void => {
    const text = textFields
      .map((field) => record[field])
      .find((one) => typeof one === 'string' && one !== '');
    const lists = Object.values(record).filter((one) => Array.isArray(one) || isRecord(one));
    if (typeof text === 'string') passages.push(passageOf(record, text, source));
    else if (isItem(record)) items.push(record);
    for (const list of lists) visit(list, source);
  };
  for (const { result } of exchanges)
    if (result && !result.failed) for (const value of result.values) visit(value, undefined);
  return { passages, items };
}

/** A value with its own name or id; any other is a wrapper around those. */
const isItem = (record: Record<string, unknown>) =>
  ['filename', 'name', 'title', 'status', ...sourceFields].some((field) => typeof record[field] === 'string');

function citableSource(record: Record<string, unknown>): string | undefined {
  return sourceFields.map((field) => record[field]).find((one) => typeof one === 'string');
}

function passageOf(record: Record<string, unknown>, text: string, source: string | undefined): Passage {
  const seconds = (value: unknown) => (typeof value === 'number' ? value : undefined);
  return {
    text,
    source,
    start: seconds(record.start),
    end: seconds(record.end),
  };
}

/** Passages that share words with the question, the most telling first; each text once. */
export function relevant(passages: readonly Passage[], subject: readonly string[]): Passage[] {
  const wanted = new Set(subject);
  const seen = new Set<string>();
  return passages
    .map((passage) => ({ passage, shared: sharedWords(passage.text, wanted) }))
    .filter(({ passage, shared }) => {
      const isNew = !seen.has(passage.text);
      seen.add(passage.text);
      return isNew && shared > 0;
    })
    .sort((a, b) => b.shared - a.shared)
    .map(({ passage }) => passage);
}

/** Characters of a quotation at most. */
const longestQuote = 320;

/** The sentences of a passage that share most words with the subject, verbatim. */
export function quoteOf({ text }: Passage, subject: readonly string[]): string {
  const flat = text.replace(/\s+/gu, ' ').trim();
  if (flat.length <= longestQuote) return flat;
  const wanted = new Set(subject);
  const all = sentences(text);
  const best = all.reduce(
    (found, sentence, index) =>
      sharedWords(sentence, wanted) > sharedWords(all[found] ?? '', wanted) ? index : found,
    0,
  );
  const quote = [all[best], all[best + 1]].filter(Boolean).join(' ');
  return quote.length <= longestQuote ? quote : `${quote.slice(0, longestQuote).trimEnd()}…`;
}

const sharedWords = (text: string, wanted: ReadonlySet<string>) =>
  new Set(contentWords(text).filter((word) => wanted.has(word))).size;
