import { eventId } from '@nova/shared/tables';
import { eventually } from '../../integration/testing/eventually.ts';
import type { ChaosFixture } from '../fixture.ts';
import { idsOf, parseStream, type StoredCommit, storedCommits } from './store-contents.ts';

/** Milliseconds between two scans of the whole store. */
const lookMs = 500;

/**
 * Waits until the platform is idle: every commit is published or in the failure destination, no function has work left,
 * and both are still true half a second later.
 * @throws Error that names what is still missing
 */
export async function untilIdle(fixture: ChaosFixture, limitMs: number): Promise<void> {
  let before = -1;
  await eventually(
    'every commit is published or in the failure destination',
    async () => {
      const waiting = fixture.platform.waiting();
      if (waiting > 0) throw new Error(`${waiting} invocations`);
      const commits = [...(await storedCommits(fixture.events.client, fixture.events.name)).values()].flat();
      const quarantined = await fixture.failures.ids();
      const missing = commits.filter((commit) => !isAccounted(commit, fixture.published, quarantined));
      if (missing.length > 0) throw new Error(`${missing.length} commits, ${JSON.stringify(missing[0])}`);
      const steady = commits.length === before && fixture.platform.waiting() === 0;
      before = commits.length;
      return steady;
    },
    limitMs,
    lookMs,
  );
}

/** Whether the bus has all events of a commit, or the failure destination has the commit. */
function isAccounted(
  commit: StoredCommit,
  published: ReadonlySet<string>,
  quarantined: ReadonlySet<string>,
): boolean {
  const isQuarantined = quarantined.has(eventId(parseStream(commit.stream), commit.version));
  return isQuarantined || idsOf(commit).every((id) => published.has(id));
}
