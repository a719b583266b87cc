import { parseCommit, UnreadableCommitError } from '@nova/shared/events/commit';
import type { StreamEvent } from '@nova/shared/events/index';
import type { CommitLog } from '../../../event-store/commit-log.ts';
import type { Encryption } from '../../../event-store/encryption/encryption.ts';

/** A commit, read; or why it cannot be. */
export interface ReadCommit {
  /** Key of its stream. */
  readonly stream: string;
  /** Version of its first event. */
  readonly version: number;
  /** None when it cannot be read. */
  readonly events: readonly StreamEvent[];
  readonly fault?: string;
}

/** Why a stream cannot be read on, and from which version. */
export interface Fault {
  readonly version: number;
  readonly reason: string;
}

/** The events of a stream as far as they can be read. */
export interface Readable {
  readonly events: readonly StreamEvent[];
  /** The same events as they were committed. */
  readonly commits: readonly ReadCommit[];
  readonly fault?: Fault;
}

/** The past of streams, from the event store. */
export interface History {
  /** Commits out of stored items, each by itself: one that cannot be read is no harm to the others. */
  read(items: readonly Record<string, unknown>[]): Promise<ReadCommit[]>;
  /** What came to a stream after a version. */
  since(stream: string, version: number): Promise<Readable>;
}

export function history(log: Pick<CommitLog, 'since'>, encryption: Pick<Encryption, 'decrypt'>): History {
  const read: History['read'] = async (items) => (await encryption.decrypt(items)).map(readCommit);
  return {
    read,
    async since(stream, version) {
      const { items } = await log.since(stream, version);
      return readablePart(await read(items), version);
    },
  };
}

/**
 * The events of commits of one stream up to the first that cannot be read or is not there.
 * @param after version that the first commit is to follow
 */
export function readablePart(commits: readonly ReadCommit[], after = 0): Readable {
  let next = after + 1;
  for (const [index, { version, events, fault }] of commits.entries()) {
    const reason = version > next ? `The store has no event ${next}` : fault;
    if (reason !== undefined) {
      const before = commits.slice(0, index);
      return {
        events: eventsOfCommits(before),
        commits: before,
        fault: { version: Math.min(version, next), reason },
      };
    }
    next = version + events.length;
  }
  return { events: eventsOfCommits(commits), commits };
}

export const eventsOfCommits = (commits: readonly ReadCommit[]): StreamEvent[] =>
  commits.flatMap(({ events }) => events);

/**
 * Rows take commits whole: those before the one that holds an event, or that waits for it.
 * @param version of the event
 * @returns them, and the version at which the next starts
 */
export function commitsBefore(commits: readonly ReadCommit[], version: number) {
  const before = commits.filter(({ events }) => (events.at(-1)?.version ?? 0) < version);
  return { before, next: commits[before.length]?.version ?? version };
}

function readCommit(item: unknown): ReadCommit {
  const { pk, sk } = item as { readonly pk?: unknown; readonly sk?: unknown };
  const place = { stream: String(pk), version: Number.parseInt(String(sk), 10) || 1 };
  try {
    return { ...place, events: parseCommit(item) };
  } catch (error) {
    if (!(error instanceof UnreadableCommitError)) throw error;
    return { ...place, events: [], fault: error.message };
  }
}
