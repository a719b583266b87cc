import type { Encryption } from './encryption/encryption.ts';
import { ContentionError, ExpectedVersionConflictError } from './errors.ts';
import { commitItem, recordedEvents } from './commit.ts';
import { putCommit } from './append.ts';
import { refuseUnlessReached } from './reach.ts';
import type { SeenVersions } from './seen-versions.ts';
import type { Commit, EventStore } from './store.ts';
import type { Table } from './stream-items.ts';

/** Encrypting again finds the key that another commit put first. Were it not so, trying on would not help. */
const encryptionTries = 2;

/** Checks, encrypts and puts commits: one request each, behind a version that was seen. */
export function appender(table: Table, encryption: Encryption, seen: SeenVersions): EventStore['append'] {
  return async (stream, expectedVersion, commit) => {
    const recorded = recordedEvents(stream, commit);
    let pk = '';
    for (let tries = 0; tries < encryptionTries; tries++) {
      const { events, keys } = await encryption.encrypt(stream, expectedVersion + 1, recorded);
      const item = commitItem(stream, expectedVersion, commit.commitId, events);
      pk = item.pk;
      if (!seen.has(pk, expectedVersion)) await refuseUnlessReached(table, pk, expectedVersion);
      const outcome = await noticing(seen, pk, () => putCommit(table, item, keys));
      if (outcome === 'key-taken') continue;
      if (outcome === 'put') encryption.keysStored(keys);
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

/** The conflict response carries the winner's version; the next append continues from it. */
async function noticing<T>(seen: SeenVersions, pk: string, put: () => Promise<T>): Promise<T> {
  try {
    return await put();
  } catch (error) {
    if (error instanceof ExpectedVersionConflictError) seen.add(pk, error.version);
    if (error instanceof ContentionError) seen.add(pk, error.expectedVersion);
    throw error;
  }
}
