import { setTimeout as sleep } from 'node:timers/promises';
import { type CommitItem, parseCommit } from '@nova/shared/events/commit';
import type { StreamId } from '@nova/shared/events/index';
import { streamKey } from '@nova/shared/tables';
import { commitItem, recordedEvents } from '../event-store/commit.ts';
import {
  type EventStore,
  ExpectedVersionConflictError,
  type Snapshot,
  VersionAheadError,
} from '../event-store/store.ts';

/** An event store in memory, for tests, with the same contract as the real one. */
export function memoryEventStore(): EventStore {
  const streams = new Map<string, readonly CommitItem[]>();
  const snapshots = new Map<string, readonly Snapshot[]>();
  const commitsOf = (stream: StreamId) => streams.get(streamKey(stream)) ?? [];
  const eventsOfStream = (stream: StreamId) =>
    commitsOf(stream).flatMap((item) => parseCommit(structuredClone(item)));

  const store: EventStore = {
    async load(stream, after = 0) {
      const all = eventsOfStream(stream);
      if (after > all.length) throw new VersionAheadError(streamKey(stream), after, all.length);
      return { events: all.slice(after), version: all.length };
    },
    async *pages(stream) {
      yield eventsOfStream(stream);
    },
    async loadFromSnapshot(stream, stateVersion) {
      const kept = snapshots.get(streamKey(stream)) ?? [];
      const snapshot = kept.findLast((candidate) => candidate.stateVersion === stateVersion);
      return { snapshot, ...(await store.load(stream, snapshot?.version)) };
    },
    async saveSnapshot(stream, snapshot) {
      const kept = snapshots.get(streamKey(stream)) ?? [];
      const all = [...kept, structuredClone(snapshot)].sort((a, b) => a.version - b.version);
      snapshots.set(streamKey(stream), all);
    },
    async version(stream) {
      return commitsOf(stream).reduce((version, { count }) => version + count, 0);
    },
    async append(stream, expectedVersion, commit) {
      const events = recordedEvents(stream, commit);
      const item = commitItem(stream, expectedVersion, commit.commitId, events);
      const commits = commitsOf(stream);
      refuseUnlessNext(commits, item, expectedVersion);
      if (!commits.some(({ sk }) => sk === item.sk)) {
        streams.set(item.pk, [...commits, structuredClone(item)]);
      }
      return expectedVersion + commit.events.length;
    },
  };
  return store;
}

/** @throws ExpectedVersionConflictError, VersionAheadError */
function refuseUnlessNext(
  commits: readonly CommitItem[],
  { pk, commitId }: CommitItem,
  expected: number,
): void {
  let version = 0;
  for (const there of commits) {
    const last = version + there.count;
    if (version === expected && there.commitId === commitId) return;
    if (last > expected)
      throw new ExpectedVersionConflictError(pk, expected, there.commitId, last - expected);
    version = last;
  }
  if (version < expected) throw new VersionAheadError(pk, expected, version);
}

/** An event store with the latency of a real one: each request takes a random 4 to 10 milliseconds. */
export function slowEventStore(store: EventStore): EventStore {
  const slowly = async <T>(request: () => Promise<T>): Promise<T> => {
    await sleep(2 + Math.random() * 3);
    const answer = await request();
    await sleep(2 + Math.random() * 3);
    return answer;
  };
  return {
    load: (stream, after) => slowly(() => store.load(stream, after)),
    async *pages(stream) {
      for await (const page of store.pages(stream)) yield await slowly(async () => page);
    },
    loadFromSnapshot: (stream, stateVersion) => slowly(() => store.loadFromSnapshot(stream, stateVersion)),
    saveSnapshot: (stream, snapshot) => slowly(() => store.saveSnapshot(stream, snapshot)),
    version: (stream) => slowly(() => store.version(stream)),
    append: (stream, expectedVersion, commit) => slowly(() => store.append(stream, expectedVersion, commit)),
  };
}
