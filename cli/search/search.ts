import { Content } from '@nova/shared/api/content';
import { type SearchHit, SearchResponse } from '@nova/shared/api/search';
import { ApiClient } from '../api/client.ts';
import { type Talk, writeJson } from '../dependencies.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { clock, hundredths, oneLine, wrapped } from '../output/text.ts';

export interface SearchOptions {
  readonly like?: string;
  readonly top: number;
  readonly kind: readonly string[];
  readonly content: readonly string[];
  readonly speaker: readonly string[];
  readonly language: readonly string[];
}

/** `nova search`: the passages nearest in meaning, with the second to go to. */
export async function search(talk: Talk, options: SearchOptions, query?: string): Promise<number> {
  const { like, top } = options;
  if ((query === undefined) === (like === undefined)) {
    throw new UsageError('Say what to look for, or name content to look for the like of with --like.');
  }
  const api = new ApiClient(talk.access, talk.interrupt());
  const wanted = query === undefined ? { contentId: like } : { query };
  const request = { ...wanted, topK: top, ...filterOf(options) };
  const { results } = await api.call('POST', '/search', SearchResponse, request);
  if (talk.json) writeJson(talk, { results });
  else if (results.length === 0) talk.terminal.note('Nothing was found.');
  else show(talk, results, await namesOf(api, results));
  return exitCodes.ok;
}

function filterOf({ kind, content, speaker, language }: SearchOptions) {
  const filter = {
    ...(kind.length > 0 ? { kinds: kind } : {}),
    ...(content.length > 0 ? { contentIds: content } : {}),
    ...(speaker.length > 0 ? { speakers: speaker } : {}),
    ...(language.length > 0 ? { languages: language } : {}),
  };
  return Object.keys(filter).length > 0 ? { filter } : {};
}

/** Names of the files that were found; what was erased meanwhile has none. */
async function namesOf(api: ApiClient, results: readonly SearchHit[]): Promise<Map<string, string>> {
  const ids = [...new Set(results.map(({ contentId }) => contentId))];
  const named = ids.map(async (id) => {
    const item = await api.call('GET', `/content/${id}`, Content).catch(() => undefined);
    return [id, item?.filename ?? id] as const;
  });
  return new Map(await Promise.all(named));
}

const indent = '    ';

function show({ terminal }: Talk, results: readonly SearchHit[], names: ReadonlyMap<string, string>): void {
  const width = Math.min(100, terminal.columns) - indent.length;
  for (const { contentId, start, end, speaker, text, score } of results) {
    const place = start === null ? '' : `  ${clock(start)}${end === null ? '' : `–${clock(end)}`}`;
    const who = speaker ? `  ${oneLine(speaker)}` : '';
    const name = terminal.styled('bold', oneLine(names.get(contentId) ?? contentId));
    terminal.line(
      `${name}${terminal.styled('cyan', place)}${who}  ${terminal.styled('dim', `${hundredths(score)}  ${contentId}`)}`,
    );
    for (const line of wrapped(oneLine(text), width)) terminal.line(`${indent}${line}`);
  }
}
