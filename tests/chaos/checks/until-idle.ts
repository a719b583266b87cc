import { eventId } from '@nova/shared/tables';
import { eventually } from '../../integration/testing/eventually.ts';
import type { World } from '../fixture.ts';
import { idsOf, parseStream, type StoredCommit, storedCommits } from './store-contents.ts';

/** Milliseconds between two looks at the whole store. */
const lookMs = 500;

/**
 * Waits until the platform has come to rest: every commit is published or in the failure destination, no function has
 * anything left to do, and it stays so from one look to the next.
 * @throws Error with what was still missing
 */
export async function untilQuiet(world: World, limitMs: number): Promise<void> {
  let before = -1;
  await eventually(
    'every commit is published or in the failure destination',
    async () => {
      if (world.platform.waiting() > 0) return undefined;
      const commits = [...(await storedCommits(world.events.client, world.events.name)).values()].flat();
      const quarantined = await world.failures.ids();
      const missing = commits.filter((commit) => !isAccounted(commit, world.published, quarantined));
      if (missing.length > 0) throw new Error(`${missing.length} commits, ${JSON.stringify(missing[0])}`);
      const steady = commits.length === before && world.platform.waiting() === 0;
      before = commits.length;
      return steady;
    },
    limitMs,
    lookMs,
  );
}

/** Whether the bus has all events of a commit, or operators are told of it. */
function isAccounted(
  commit: StoredCommit,
  published: ReadonlySet<string>,
  quarantined: ReadonlySet<string>,
): boolean {
  const isQuarantined = quarantined.has(eventId(parseStream(commit.stream), commit.version));
  return isQuarantined || idsOf(commit).every((id) => published.has(id));
}
