import type { PlatformDependencies } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import type { Terminal } from '../output/terminal.ts';
import { oneLine } from '../output/text.ts';
import type { StoredEvent } from './stored.ts';
import { isSelected } from './streams.ts';
import { newEvents } from './tail.ts';

export interface TailOptions {
  readonly type?: string;
  readonly aggregate?: string;
  readonly tenant?: string;
}

/** `nova events tail`: follows the event store until Ctrl-C. */
export async function tailEvents(
  { connection, terminal, json, signal }: PlatformDependencies,
  options: TailOptions,
): Promise<number> {
  const onReady = () => terminal.note(terminal.styledNote('dim', 'following new events; Ctrl-C ends'));
  for await (const event of newEvents(connection, signal, onReady)) {
    if (!isSelected(event.stream, options) || (options.type ?? event.type) !== event.type) continue;
    terminal.line(json ? JSON.stringify(event) : eventLine(terminal, event));
  }
  return exitCodes.ok;
}

/** Columns for the longest event type. */
const typeWidth = 20;

function eventLine({ styled }: Terminal, event: StoredEvent): string {
  const time = /T([\d:.]+)/.exec(event.occurredAt)?.[1] ?? '??:??:??';
  const type = styled('bold', (oneLine(event.type) || '?').padEnd(typeWidth));
  const place = `${oneLine(event.stream)}${styled('cyan', `@${event.version}`)}`;
  const actor = styled('dim', oneLine(event.actor));
  const problem = event.unreadable === undefined ? '' : styled('red', `  ✗ ${oneLine(event.unreadable)}`);
  return `${styled('dim', time)}  ${type}  ${place}  ${actor}${problem}`;
}
