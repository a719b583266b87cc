import type { Session } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import type { Terminal } from '../output/terminal.ts';
import { oneLine } from '../output/text.ts';
import type { StoredEvent } from './stored.ts';
import { matches } from './streams.ts';
import { tail } from './tail.ts';

export interface TailOptions {
  readonly type?: string;
  readonly aggregate?: string;
  readonly tenant?: string;
}

/** `nova events tail`: events as they are written, until Ctrl-C. */
export async function tailEvents(session: Session, options: TailOptions): Promise<number> {
  const { connection, terminal, json, signal } = session;
  const ready = () => terminal.note(terminal.styledNote('dim', 'following from now; Ctrl-C ends it'));
  for await (const event of tail(connection, signal, ready)) {
    if (!matches(event.stream, options) || (options.type ?? event.type) !== event.type) continue;
    terminal.line(json ? JSON.stringify(event) : eventLine(terminal, event));
  }
  return exitCodes.ok;
}

/** Columns of the longest type's name. */
const typeWidth = 20;

function eventLine({ styled }: Terminal, event: StoredEvent): string {
  const time = /T([\d:.]+)/.exec(event.occurredAt)?.[1] ?? '??:??:??';
  const type = styled('bold', (oneLine(event.type) || '?').padEnd(typeWidth));
  const place = `${oneLine(event.stream)}${styled('cyan', `@${event.version}`)}`;
  const who = styled('dim', oneLine(event.actor));
  const trouble = event.unreadable === undefined ? '' : styled('red', `  ✗ ${oneLine(event.unreadable)}`);
  return `${styled('dim', time)}  ${type}  ${place}  ${who}${trouble}`;
}
