import { isDeepStrictEqual } from 'node:util';
import { UnreadableCommitError } from '@nova/shared/events/commit';
import {
  type DomainEvent,
  type EventType,
  events as eventTypes,
  type StreamEvent,
} from '@nova/shared/events/index';
import { split } from '@nova/shared/events/personal';
import { headKey } from '../../../lambdas/domain/projections/projection.ts';
import { turnsOf } from '../../../lambdas/domain/projections/session.ts';
import type { EventStore } from '../../../lambdas/event-store/store.ts';
import type { ReadModel } from '../../../lambdas/read-model/rows.ts';
import type { ChaosFixture } from '../fixture.ts';
import type { Assessment } from '../outcome.ts';
import type { Entry, Ledger } from '../writers/ledger.ts';
import { expectedRow, isDeletion } from './expected-rows.ts';
import { describePlace, parseStream, type StoredCommit } from './store-contents.ts';

/** Compares a stream's events with those that were written, and its rows with its events. */
export async function compareStream(
  { store, rows }: ChaosFixture,
  ledger: Ledger,
  key: string,
  commits: readonly StoredCommit[],
  found: Assessment,
): Promise<void> {
  const events = await readableEvents(store, key, found);
  if (!events) return;
  const erased = mayBeErased(events);
  for (const commit of commits) {
    const entry = ledger.entries.get(commit.commitId);
    const read = events.slice(commit.version - 1, commit.version - 1 + commit.count);
    if (entry && !saysSame(entry, read, erased))
      found.differ.push(`${describePlace(commit)} does not say what was written`);
  }
  const wrong = await rowFault(rows, events);
  if (wrong === 'missing') found.lost.push(`${key} has no row`);
  else if (wrong) found.differ.push(`${key}: ${wrong}`);
}

/** Only streams with a commit in the failure destination may be unreadable, and those are not read. */
async function readableEvents(store: EventStore, key: string, found: Assessment) {
  try {
    return (await store.load(parseStream(key))).events;
  } catch (error) {
    if (!(error instanceof UnreadableCommitError)) throw error;
    found.differ.push(`${key} cannot be read, and is not in the failure destination: ${error.message}`);
    return undefined;
  }
}

/** A deletion erases personal data; personal data of a job is erased with its content item. */
const mayBeErased = (events: readonly StreamEvent[]) =>
  events.some(({ type, stream }) => isDeletion(type) || stream.aggregate === 'job');

function saysSame({ commit }: Entry, read: readonly StreamEvent[], erased: boolean): boolean {
  return (
    read.length === commit.events.length &&
    commit.events.every((written, place) => {
      const event = read[place];
      return event !== undefined && event.type === written.type && sameData(written, event, erased);
    })
  );
}

function sameData(written: DomainEvent, read: StreamEvent, erased: boolean): boolean {
  if (isDeepStrictEqual(asJson(written.data), asJson(read.data))) return true;
  const { personal }: EventType = eventTypes[written.type];
  if (!erased || !personal) return false;
  const clear = ({ data }: DomainEvent) => asJson(split(data as Record<string, unknown>, personal).clear);
  return isDeepStrictEqual(clear(written), clear(read));
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** @returns the fault in a stream's rows; undefined when there is none */
async function rowFault(rows: ReadModel, events: readonly StreamEvent[]): Promise<string | undefined> {
  const stream = events[0]?.stream;
  if (!stream) return undefined;
  const { head, turns } = expectedRow(events);
  const actual = await rows.get<Record<string, unknown>>(headKey(stream));
  if (!actual) return 'missing';
  if (actual.version !== events.length) return `its row is at ${actual.version} of ${events.length}`;
  for (const [member, value] of Object.entries(head)) {
    if (!isDeepStrictEqual(actual.row[member], value)) return `${member} of its row is wrong`;
  }
  if (!turns) return undefined;
  const shown = await turnsIn(rows, stream.tenant, stream.id);
  return isDeepStrictEqual(shown, turns) ? undefined : `${shown.length} turns, ${turns.length} expected`;
}

async function turnsIn(rows: ReadModel, tenant: string, sessionId: string) {
  const turns: { turn: number; message: string; reply: string }[] = [];
  let cursor: string | undefined;
  do {
    const options = { limit: 100, order: 'ascending', cursor } as const;
    const page = await rows.page<(typeof turns)[number]>(turnsOf(tenant, sessionId), options);
    turns.push(...page.rows.map(({ turn, message, reply }) => ({ turn, message, reply })));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return turns;
}
