import { type Session, writeJson } from '../dependencies.ts';
import { exitCodes, UsageError } from '../errors.ts';
import type { Terminal } from '../output/terminal.ts';
import { counted, moment, oneLine } from '../output/text.ts';
import { eventsOf } from './read.ts';
import type { StoredEvent } from './stored.ts';

export interface ShowOptions {
  readonly from: number;
}

/** `nova events show <stream>`: every event of a stream. */
export async function showStream(session: Session, { from }: ShowOptions, asked: string): Promise<number> {
  const { connection, terminal, json, signal } = session;
  const { stream, first } = streamAsked(asked, from);
  const all: StoredEvent[] = [];
  let shown = 0;
  let unreadable = 0;
  for await (const event of eventsOf(connection, stream, first, signal)) {
    if (json) all.push(event);
    else showEvent(terminal, event);
    shown += 1;
    if (event.unreadable !== undefined) unreadable += 1;
  }
  if (shown === 0) {
    throw new UsageError(
      first === 1
        ? `There is no stream ${stream}: \`nova events list\` shows those there are.`
        : `There is no event ${first} of ${stream}, or no such stream: leave --from out, or see \`nova events list\`.`,
    );
  }
  if (json) writeJson(session, { stream, events: all });
  else {
    const note = unreadable > 0 ? `, ${unreadable} of them unreadable` : '';
    terminal.note(`${counted(shown, 'event')}${note}`);
  }
  return unreadable > 0 ? exitCodes.problems : exitCodes.ok;
}

/** A stream may be asked for as reports name its commits: `<stream>@<version>` starts there. */
function streamAsked(asked: string, from: number) {
  const [, stream = asked, version] = /^(.+)@(\d+)$/.exec(asked) ?? [];
  if (stream.split('#').length !== 3) {
    throw new UsageError(
      `"${asked}" is no stream: it should be '<tenant>#<aggregate>#<id>', in quotes, as \`nova events list\` shows it.`,
    );
  }
  return { stream, first: version === undefined ? from : Number(version) };
}

/** Columns that names of members take. */
const memberWidth = 18;

function showEvent(terminal: Terminal, event: StoredEvent): void {
  const { styled, line } = terminal;
  const version = styled('cyan', `@${event.version}`.padStart(6));
  line(
    `${version}  ${styled('bold', oneLine(event.type) || '?')}  ${styled('dim', moment(event.occurredAt))}`,
  );
  line(
    styled(
      'dim',
      `        by ${oneLine(event.actor) || '?'}, correlation ${oneLine(event.correlationId) || '?'}`,
    ),
  );
  // The store keeps members in no order.
  for (const [name, value] of Object.entries(event.data).sort()) {
    line(`        ${styled('dim', oneLine(name).padEnd(memberWidth))}  ${shownValue(value)}`);
  }
  for (const path of event.sealed) {
    line(`        ${styled('dim', path.padEnd(memberWidth))}  ${styled('yellow', 'sealed')}`);
  }
  if (event.unreadable !== undefined)
    line(styled('red', `        ✗ unreadable: ${oneLine(event.unreadable)}`));
  line();
}

const shownValue = (value: unknown) => oneLine(typeof value === 'string' ? value : JSON.stringify(value));
