import { Content } from '@nova/shared/api/content';
import { type SearchHit, SearchResponse } from '@nova/shared/api/search';
import { ApiClient } from '../api/client.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { writeJson } from '../json.ts';
import type { Terminal } from '../output/terminal.ts';
import { clock, hundredths, oneLine, wrapped } from '../output/text.ts';
import { placeWords } from './place.ts';

export interface SearchOptions {
  readonly like?: string;
  readonly top: number;
  readonly kind: readonly string[];
  readonly content: readonly string[];
  readonly speaker: readonly string[];
  readonly language: readonly string[];
}

/** `nova search`: the passages nearest in meaning, with their places in documents and their times in recordings. */
export async function search(
  { access, terminal, json, interrupt }: ApiDependencies,
  options: SearchOptions,
  query?: string,
): Promise<number> {
  const { like, top } = options;
  if ((query === undefined) === (like === undefined)) {
    throw new UsageError('Pass either a query or, with --like, the id of content to find similar passages.');
  }
  const api = new ApiClient(access, interrupt());
  const wanted = query === undefined ? { contentId: like } : { query };
  const request = { ...wanted, topK: top, ...searchFilter(options) };
  const { results } = await api.call('POST', '/search', SearchResponse, request);
  if (json) writeJson(terminal, { results });
  else if (results.length === 0) terminal.note('Nothing was found.');
  else showResults(terminal, results, await fileNames(api, results));
  return exitCodes.ok;
}

function searchFilter({ kind, content, speaker, language }: SearchOptions) {
  const filter = {
    ...(kind.length > 0 ? { kinds: kind } : {}),
    ...(content.length > 0 ? { contentIds: content } : {}),
    ...(speaker.length > 0 ? { speakers: speaker } : {}),
    ...(language.length > 0 ? { languages: language } : {}),
  };
  return Object.keys(filter).length > 0 ? { filter } : {};
}

/** File names by content id; content that was deleted in the meantime has its id as a name. */
async function fileNames(api: ApiClient, results: readonly SearchHit[]): Promise<Map<string, string>> {
  const ids = [...new Set(results.map(({ contentId }) => contentId))];
  const named = ids.map(async (id) => {
    const item = await api.call('GET', `/content/${id}`, Content).catch(() => undefined);
    return [id, item?.filename ?? id] as const;
  });
  return new Map(await Promise.all(named));
}

const indent = '    ';
/** Columns at most, for text that is easy to read. */
const maxColumns = 100;

function showResults(
  terminal: Terminal,
  results: readonly SearchHit[],
  names: ReadonlyMap<string, string>,
): void {
  const width = Math.min(maxColumns, terminal.columns) - indent.length;
  for (const hit of results) {
    const { contentId, start, end, speaker, text, score } = hit;
    const name = terminal.styled('bold', oneLine(names.get(contentId) ?? contentId));
    const seconds = start === null ? '' : `  ${clock(start)}${end === null ? '' : `–${clock(end)}`}`;
    const place = placeWords(hit);
    const span = place === '' ? seconds : `  ${place}${seconds}`;
    const speakerName = speaker ? `  ${oneLine(speaker)}` : '';
    const facts = terminal.styled('dim', `${hundredths(score)}  ${contentId}`);
    terminal.line(`${name}${terminal.styled('cyan', span)}${speakerName}  ${facts}`);
    for (const line of wrapped(oneLine(text), width)) terminal.line(`${indent}${line}`);
  }
}
