import type { PlatformDependencies } from '../dependencies.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { writeJson } from '../json.ts';
import type { Terminal } from '../output/terminal.ts';
import { counted, moment, oneLine } from '../output/text.ts';
import { readStream } from './read.ts';
import type { StoredEvent } from './stored.ts';

export interface ShowOptions {
  readonly from: number;
}

/** `nova events show <stream>`: every event of a stream. */
export async function showStream(
  { connection, terminal, json, signal }: PlatformDependencies,
  { from }: ShowOptions,
  name: string,
): Promise<number> {
  const { stream, first } = parseStreamName(name, from);
  const all: StoredEvent[] = [];
  let shown = 0;
  let unreadable = 0;
  for await (const event of readStream(connection, stream, first, signal)) {
    if (json) all.push(event);
    else showEvent(terminal, event);
    shown += 1;
    if (event.unreadable !== undefined) unreadable += 1;
  }
  if (shown === 0) {
    throw new UsageError(
      first === 1
        ? `There is no stream ${stream}: \`nova events list\` lists all streams.`
        : `There is no event ${first} of ${stream}, or no such stream: omit --from, or see \`nova events list\`.`,
    );
  }
  if (json) writeJson(terminal, { stream, events: all });
  else {
    const note = unreadable > 0 ? `, ${unreadable} of them unreadable` : '';
    terminal.note(`${counted(shown, 'event')}${note}`);
  }
  return unreadable > 0 ? exitCodes.problems : exitCodes.ok;
}

/** Also takes the notation of reports, `<stream>@<version>`, which starts at that version. */
function parseStreamName(name: string, from: number) {
  const [, stream = name, version] = /^(.+)@(\d+)$/.exec(name) ?? [];
  if (stream.split('#').length !== 3) {
    throw new UsageError(
      `"${name}" is not the name of a stream: pass '<tenant>#<aggregate>#<id>', in quotes, as \`nova events list\` prints it.`,
    );
  }
  return { stream, first: version === undefined ? from : Number(version) };
}

/** Columns for the names of members. */
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
  // DynamoDB does not keep the order of members.
  for (const [name, value] of Object.entries(event.data).sort()) {
    line(`        ${styled('dim', oneLine(name).padEnd(memberWidth))}  ${valueText(value)}`);
  }
  for (const path of event.sealed) {
    line(`        ${styled('dim', path.padEnd(memberWidth))}  ${styled('yellow', 'encrypted')}`);
  }
  if (event.unreadable !== undefined)
    line(styled('red', `        ✗ unreadable: ${oneLine(event.unreadable)}`));
  line();
}

const valueText = (value: unknown) => oneLine(typeof value === 'string' ? value : JSON.stringify(value));
