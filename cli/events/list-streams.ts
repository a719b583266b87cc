import type { PlatformDependencies } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { writeJson } from '../json.ts';
import { table } from '../output/table.ts';
import { ago, count, counted } from '../output/text.ts';
import { isSelected, type StreamSummary, streamSummaries } from './streams.ts';

export interface ListOptions {
  readonly tenant?: string;
  readonly aggregate?: string;
  readonly limit: number;
  readonly after?: string;
}

/** `nova events list`: a page of streams. */
export async function listStreams(
  { connection, terminal, json, signal }: PlatformDependencies,
  options: ListOptions,
): Promise<number> {
  const { after, limit } = options;
  const page: StreamSummary[] = [];
  let hasMore = false;
  for await (const summary of streamSummaries(connection, options, after, signal)) {
    if (!isSelected(summary.stream, options)) continue;
    hasMore = page.length === limit;
    if (hasMore) break;
    page.push(summary);
  }
  const next = hasMore ? page.at(-1)?.stream : undefined;
  if (json) {
    writeJson(terminal, { streams: page, ...(next === undefined ? {} : { next }) });
    return exitCodes.ok;
  }
  if (page.length === 0) {
    terminal.line(after === undefined ? 'No streams.' : 'No more streams.');
    return exitCodes.ok;
  }
  table<StreamSummary>(
    terminal,
    [
      { title: 'STREAM', text: ({ stream }) => stream },
      { title: 'EVENTS', text: ({ version }) => count(version), align: 'right' },
      { title: 'UPDATED', text: ({ lastAt }) => ago(lastAt), style: 'dim' },
      {
        title: 'LAST EVENT',
        text: ({ lastType, unreadable }) => (unreadable ? `${lastType} (unreadable)` : lastType),
        style: ({ unreadable }) => (unreadable ? 'red' : 'cyan'),
      },
    ],
    page,
  );
  terminal.note();
  terminal.note(
    next === undefined
      ? counted(page.length, 'stream')
      : `${counted(page.length, 'stream')}, with more to come: add --after '${next}'`,
  );
  return exitCodes.ok;
}
