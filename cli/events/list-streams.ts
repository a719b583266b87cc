import { type Session, writeJson } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { table } from '../output/table.ts';
import { ago, count, counted } from '../output/text.ts';
import { matches, type StreamSummary, streams } from './streams.ts';

export interface ListOptions {
  readonly tenant?: string;
  readonly aggregate?: string;
  readonly limit: number;
  readonly after?: string;
}

/** `nova events list`: a page of streams. */
export async function listStreams(session: Session, options: ListOptions): Promise<number> {
  const { connection, terminal, signal } = session;
  const { after, limit } = options;
  const page: StreamSummary[] = [];
  let more = false;
  for await (const one of streams(connection.dynamodb, connection.eventStore, options, after, signal)) {
    if (!matches(one.stream, options)) continue;
    more = page.length === limit;
    if (more) break;
    page.push(one);
  }
  const next = more ? page.at(-1)?.stream : undefined;
  if (session.json) {
    writeJson(session, { streams: page, ...(next === undefined ? {} : { next }) });
    return exitCodes.ok;
  }
  if (page.length === 0) {
    terminal.line(after === undefined ? 'No streams.' : 'No more streams.');
    return exitCodes.ok;
  }
  table<StreamSummary>(
    terminal,
    [
      { title: 'STREAM', of: ({ stream }) => stream },
      { title: 'EVENTS', of: ({ version }) => count(version), align: 'right' },
      { title: 'LAST', of: ({ lastAt }) => ago(lastAt), style: 'dim' },
      {
        title: 'WHAT',
        of: ({ lastType, unreadable }) => (unreadable ? `${lastType} (unreadable)` : lastType),
        style: ({ unreadable }) => (unreadable ? 'red' : 'cyan'),
      },
    ],
    page,
  );
  terminal.note();
  terminal.note(
    next === undefined
      ? counted(page.length, 'stream')
      : `${counted(page.length, 'stream')}, and there are more: add --after '${next}'`,
  );
  return exitCodes.ok;
}
