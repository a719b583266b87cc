import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore } from '../event-store/store.ts';

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
