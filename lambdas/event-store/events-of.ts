import { parseCommit, UnreadableCommitError } from '@nova/shared/events/commit';
import type { StreamEvent } from '@nova/shared/events/index';
import type { Encryption } from './encryption/encryption.ts';
import { type Item, isSnapshot } from './stream-items.ts';

/**
 * Events of a stream's items behind a version, opened and checked; snapshots are passed over.
 * @param stream key of the stream
 * @throws UnreadableCommitError also when an event is missing: a history with a hole says what never was
 */
export async function decryptedEvents(
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
