import { parseCommit, UnreadableCommitError } from '@nova/shared/events/commit';
import type { StreamEvent } from '@nova/shared/events/index';
import type { CommitLog } from '../../../event-store/commit-log.ts';
import type { Encryption } from '../../../event-store/encryption/encryption.ts';

/** A decrypted and parsed commit, or the reason why it cannot be read. */
export interface ReadCommit {
  /** Key of its stream. */
  readonly stream: string;
  /** Version of its first event. */
  readonly version: number;
  /** None when it cannot be read. */
  readonly events: readonly StreamEvent[];
  readonly fault?: string;
}

/** The version from which a stream cannot be read, and the reason. */
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

/** Events of streams, read from the event store. */
export interface History {
  /** Reads stored items, each by itself: an unreadable commit does not affect the others. */
  read(items: readonly Record<string, unknown>[]): Promise<ReadCommit[]>;
  /** Events of a stream after a version. */
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
 * The events of one stream's commits up to the first commit that is unreadable or missing.
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
 * The commits before the one that holds an event, or that waits for it: rows absorb whole commits.
 * @param version of the event
 * @returns these commits, and the version at which the next one starts
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
