import { eventId } from '@nova/shared/tables';
import type { ChaosFixture } from '../fixture.ts';
import type { Assessment } from '../outcome.ts';
import type { Ledger } from '../writers/ledger.ts';
import { compareStream } from './compare-stream.ts';
import { describePlace, idsOf, parseStream, type StoredCommit, storedCommits } from './store-contents.ts';

/** Compares the responses that writers got with the store, the bus and the rows. */
export async function assess(fixture: ChaosFixture, ledger: Ledger): Promise<Assessment> {
  const streams = await storedCommits(fixture.events.client, fixture.events.name);
  const commits = [...streams.values()].flat();
  const quarantined = await fixture.failures.all();
  const found: Assessment = {
    lost: [],
    doubled: [],
    differ: [],
    streams: streams.size,
    commits: commits.length,
    events: commits.reduce((sum, { count }) => sum + count, 0),
  };
  compareLedger(ledger, commits, found);
  const excused = new Set(quarantined.map(({ stream, version }) => eventId(parseStream(stream), version)));
  const waiting = new Set(quarantined.map(({ stream }) => stream));
  for (const commit of commits) checkPublished(commit, fixture.published, excused, found);
  for (const [stream, all] of streams) {
    checkVersions(stream, all, found);
    if (!waiting.has(stream)) await compareStream(fixture, ledger, stream, all, found);
  }
  return found;
}

function compareLedger(ledger: Ledger, commits: readonly StoredCommit[], found: Assessment): void {
  const storedById = Map.groupBy(commits, ({ commitId }) => commitId);
  for (const [commitId, places] of storedById) {
    if (places.length > 1)
      found.doubled.push(`Commit ${commitId} is at ${places.map(describePlace).join(' and ')}`);
  }
  for (const [commitId, { acknowledged, commit }] of ledger.entries) {
    if (acknowledged === undefined) continue;
    const place = storedById.get(commitId)?.[0];
    if (!place) found.lost.push(`Commit ${commitId} was accepted at version ${acknowledged} and is missing`);
    else if (place.version !== acknowledged || place.count !== commit.events.length) {
      found.differ.push(
        `Commit ${commitId} was accepted at version ${acknowledged} and is ${describePlace(place)}`,
      );
    }
  }
}

function checkPublished(
  commit: StoredCommit,
  published: ReadonlySet<string>,
  excused: ReadonlySet<string>,
  found: Assessment,
): void {
  if (excused.has(eventId(parseStream(commit.stream), commit.version))) return;
  for (const id of idsOf(commit)) if (!published.has(id)) found.lost.push(`${id} was never published`);
}

function checkVersions(stream: string, commits: readonly StoredCommit[], found: Assessment): void {
  let next = 1;
  for (const { version, count } of commits) {
    if (version > next) found.lost.push(`${stream} goes from version ${next - 1} to ${version}`);
    if (version < next) found.doubled.push(`${stream} has version ${version} twice`);
    next = version + count;
  }
}
