import type { Sealing } from './encryption/encryption.ts';
import { ConcurrencyError, ContentionError } from './errors.ts';
import { commitItem, recordedEvents } from './new-commit.ts';
import { putCommit } from './put-commit.ts';
import { refuseUnlessReached } from './reach.ts';
import type { SeenVersions } from './seen-versions.ts';
import type { Commit, EventStore } from './store.ts';
import type { Table } from './stream-items.ts';

/** Sealing again finds the key that another commit put first. Were it not so, trying on would not help. */
const sealings = 2;

/** Checks, seals and puts commits: one request each, behind a version that was seen. */
export function appender(table: Table, sealing: Sealing, seen: SeenVersions): EventStore['append'] {
  return async (stream, expectedVersion, commit) => {
    const recorded = recordedEvents(stream, commit);
    let pk = '';
    for (let sealed = 0; sealed < sealings; sealed++) {
      const { events, keys } = await sealing.seal(stream, expectedVersion + 1, recorded);
      const item = commitItem(stream, expectedVersion, commit.commitId, events);
      pk = item.pk;
      if (!seen.has(pk, expectedVersion)) await refuseUnlessReached(table, pk, expectedVersion);
      const outcome = await noticing(seen, pk, () => putCommit(table, item, keys));
      if (outcome === 'key-taken') continue;
      if (outcome === 'put') sealing.stored(keys);
      return reached(seen, pk, expectedVersion, commit);
    }
    throw new ContentionError(pk, expectedVersion, new Error('Its key was taken each time'));
  };
}

function reached(seen: SeenVersions, pk: string, expectedVersion: number, { events }: Commit): number {
  const version = expectedVersion + events.length;
  seen.add(pk, version);
  return version;
}

/** Whoever lost goes on behind the winner, whose end the answer told. */
async function noticing<T>(seen: SeenVersions, pk: string, put: () => Promise<T>): Promise<T> {
  try {
    return await put();
  } catch (error) {
    if (error instanceof ConcurrencyError) seen.add(pk, error.version);
    throw error;
  }
}
