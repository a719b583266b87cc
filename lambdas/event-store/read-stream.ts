import { parseCommit, UnreadableCommitError } from '@nova/shared/events/commit';
import type { StreamEvent, StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { streamKey } from '@nova/shared/tables';
import type { Encryption } from './encryption/encryption.ts';
import { decryptSnapshot, isSnapshotOf } from './snapshots.ts';
import {
  type EventStore,
  type LoadedStream,
  type Snapshot,
  STREAM_DOES_NOT_EXIST,
  VersionAheadError,
} from './store.ts';
import {
  type Item,
  isSnapshot,
  lastVersionOf,
  newestFirst,
  oldestFirst,
  type SeenVersions,
  type Table,
  until,
} from './stream-items.ts';

/** Items of the first read from a stream's end: those after a cached version, and those after a snapshot. */
const newsItems = 10;
const snapshotItems = limits.snapshotEvery + newsItems;

/** Whether an item is a commit that ends with a version, or before it. */
const isKnown = (item: Item, version: number) => !isSnapshot(item) && lastVersionOf(item) <= version;

/** The reading half of the event store. It remembers the versions it has seen. */
export function streamReader(
  table: Table,
  encryption: Encryption,
  seen: SeenVersions,
): Pick<EventStore, 'load' | 'pages' | 'loadFromSnapshot' | 'version'> {
  async function* pages(stream: StreamId): AsyncGenerator<readonly StreamEvent[]> {
    const pk = streamKey(stream);
    let version = STREAM_DOES_NOT_EXIST;
    for await (const items of oldestFirst(table, pk)) {
      const events = await decryptedEvents(encryption, pk, items, version);
      version += events.length;
      yield events;
    }
    seen.add(pk, version);
  }

  /** Reads from the end back to the version: one read brings the new events, and proves that the stream reaches so far. */
  async function since(pk: string, after: number): Promise<LoadedStream> {
    const items = await until(newestFirst(table, pk, newsItems), (item) => isKnown(item, after));
    const last = items.findLast((item) => !isSnapshot(item));
    const version = last ? lastVersionOf(last) : STREAM_DOES_NOT_EXIST;
    if (version < after) throw new VersionAheadError(pk, after, version);
    return newEvents(pk, items, after);
  }

  async function newEvents(pk: string, items: readonly Item[], after: number): Promise<LoadedStream> {
    const unknown = items.filter((item) => !isKnown(item, after));
    const events = await decryptedEvents(encryption, pk, unknown, after);
    const version = after + events.length;
    seen.add(pk, version);
    return { events, version };
  }

  return {
    pages,

    async load(stream, after = STREAM_DOES_NOT_EXIST) {
      if (after > STREAM_DOES_NOT_EXIST) return since(streamKey(stream), after);
      const events: StreamEvent[] = [];
      for await (const page of pages(stream)) events.push(...page);
      return { events, version: events.length };
    },

    async loadFromSnapshot(stream, stateVersion) {
      const pk = streamKey(stream);
      let tried = false;
      let snapshot: Snapshot | undefined;
      const items = await until(newestFirst(table, pk, snapshotItems), async (item) => {
        if (snapshot) return isKnown(item, snapshot.version);
        if (tried || !isSnapshotOf(item, stateVersion)) return false;
        // If the newest does not decrypt, its key is gone, and no older one will decrypt either.
        tried = true;
        snapshot = await decryptSnapshot(encryption, stream, item);
        return false;
      });
      return { snapshot, ...(await newEvents(pk, items, snapshot?.version ?? STREAM_DOES_NOT_EXIST)) };
    },

    async version(stream) {
      const pk = streamKey(stream);
      const items = await until(newestFirst(table, pk, 1), (item) => !isSnapshot(item));
      const last = items.find((item) => !isSnapshot(item));
      const version = last ? lastVersionOf(last) : STREAM_DOES_NOT_EXIST;
      seen.add(pk, version);
      return version;
    },
  };
}

/**
 * Events of a stream's items after a version, decrypted and checked; snapshots are skipped.
 * @param stream key of the stream
 * @throws UnreadableCommitError also when an event is missing: a history with a hole describes a state that never existed
 */
async function decryptedEvents(
  encryption: Encryption,
  stream: string,
  items: readonly Item[],
  after: number,
): Promise<StreamEvent[]> {
  const commits = await encryption.decrypt(items.filter((item) => !isSnapshot(item)));
  const events = commits.flatMap((commit) => parseCommit(commit)).filter(({ version }) => version > after);
  refuseHoles(stream, events, after);
  return events;
}

/** @throws UnreadableCommitError */
function refuseHoles(stream: string, events: readonly StreamEvent[], after: number): void {
  const wrong = events.findIndex(({ version }, index) => version !== after + index + 1);
  if (wrong < 0) return;
  const due = after + wrong + 1;
  throw new UnreadableCommitError(
    `${stream}@${due} is missing: ${events[wrong]?.version} stands in its place`,
  );
}
