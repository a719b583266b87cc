import type {
  DomainEvent,
  EventMetadata,
  SessionEvent,
  StreamEvent,
  StreamId,
} from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { v7 as uuid } from 'uuid';
import { currentState, execute } from '../../../commands/execute.ts';
import { appendSurely, untilAppended } from '../../../commands/retry.ts';
import { saveSnapshotIfDue } from '../../../commands/snapshot.ts';
import { fold } from '../../../domain/aggregate.ts';
import { DomainError } from '../../../domain/errors.ts';
import {
  completeTurn,
  failTurn,
  open,
  type SessionState,
  session,
  startSession,
} from '../../../domain/session.ts';
import { StreamErasedError } from '../../../event-store/encryption/encryption.ts';
import type { EventStore, StreamFromSnapshot } from '../../../event-store/store.ts';
import { type History, noHistory, type RememberedTurn } from '../../../session-memory/history.ts';
import type { SessionMemory } from '../../../session-memory/session-memory.ts';

export type SessionStream = StreamId & { readonly aggregate: 'session' };

/** A session as a turn finds it. */
export interface OpenSession {
  readonly stream: SessionStream;
  readonly state: SessionState;
  readonly version: number;
  /** What the agent remembers. */
  readonly history: History;
}

export type CompletedTurn = Omit<DomainEvent<'TurnCompleted'>['data'], 'turn'>;

/** Whose session, and which. */
export interface Wanted {
  readonly tenant: string;
  /** Absent for a new session. */
  readonly id: string | undefined;
  /** Id of a session that is new. */
  readonly newId: string;
}

/**
 * Opens a session: its memory, and whatever its stream says that the memory has not absorbed.
 * @throws DomainError `not-found` when the tenant has no such session, or no longer
 */
export async function openSession(
  store: EventStore,
  memory: SessionMemory,
  { tenant, id, newId }: Wanted,
  now: Date,
): Promise<OpenSession> {
  const stream = { tenant, aggregate: 'session', id: id ?? newId } as const;
  if (id === undefined) return { stream, state: session.initialState, version: 0, history: noHistory };

  const remembered = await memory.recall(stream, now);
  const unseen = remembered
    ? await store.load(stream, remembered.version)
    : await store.loadFromSnapshot(stream, session.stateVersion);
  const known = remembered ? ({ status: 'open', turns: remembered.turnCount } as const) : stateOf(unseen);
  // A session's stream holds session events only.
  const state = open(fold(session, unseen.events as unknown as readonly SessionEvent[], known), id);
  const { summary, turns } = remembered ?? noHistory;
  const history = { summary, turns: [...turns, ...spokenSince(unseen.events, now)] };
  return { stream, state, version: unseen.version, history };
}

/** @throws DomainError `not-found` when the tenant has no such session, or no longer */
export async function expectOpen(store: EventStore, tenant: string, id: string): Promise<void> {
  open(await currentState(store, session, { tenant, aggregate: 'session', id }), id);
}

/** What a snapshot of the stream says: this very root made it. */
const stateOf = ({ snapshot }: Partial<StreamFromSnapshot>) => snapshot?.state as SessionState | undefined;

/** Turns of which memory knows nothing: its write was lost. What has expired stays forgotten. */
function spokenSince(events: readonly StreamEvent[], now: Date): RememberedTurn[] {
  const turns = events.filter((event) => event.type === 'TurnCompleted');
  const last = turns.at(-1);
  if (!last || Date.parse(last.occurredAt) + limits.sessionTtlSeconds * 1000 <= now.getTime()) return [];
  return turns
    .slice(-limits.sessionTurnsMax)
    .filter(({ data }) => data.reply.trim() !== '')
    .map(({ data: { message, reply } }) => ({ message, reply }));
}

/**
 * Puts a new session on record while its first answer is made, so that others see it and can stop the answer.
 * @returns the session as the turn goes on with it; an older one as it is
 */
export async function beginSession(
  store: EventStore,
  opened: OpenSession,
  metadata: EventMetadata,
): Promise<OpenSession> {
  const events = startSession(opened.state);
  if (events.length === 0) return opened;
  // The same for every try of a request: one that died here leaves a session that the next goes on with.
  const commit = { commitId: metadata.causationId, occurredAt: new Date(), metadata, events };
  const version = await appendSurely(store, opened.stream, opened.version, commit);
  return { ...opened, state: fold(session, events, opened.state), version };
}

/** What leaves a session as a turn beside it was told: another turn that failed, and a wish to stop. */
const changesNothing: ReadonlySet<string> = new Set(['TurnFailed', 'AnswerStopped']);

/**
 * Puts a turn on record, behind the turns the agent knew of when it answered.
 * @returns the stream's version after it
 * @throws DomainError `conflict` when another turn was completed meanwhile, or the session deleted
 */
export async function recordTurn(
  store: EventStore,
  { stream, state, version: opened }: OpenSession,
  turn: CompletedTurn,
  metadata: EventMetadata,
): Promise<number> {
  const commit = {
    commitId: uuid(),
    occurredAt: new Date(),
    metadata,
    events: completeTurn(state, turn),
  };
  let version = opened;
  try {
    return await untilAppended(async (lost) => {
      if (lost) {
        const since = await store.load(stream, version);
        if (!since.events.every(({ type }) => changesNothing.has(type))) throw conflict(stream.id, lost);
        version = since.version;
      }
      const after = await appendSurely(store, stream, version, commit);
      const before = { state, version, snapshotVersion: version };
      await saveSnapshotIfDue(store, session, stream, before, {
        state: fold(session, commit.events, state),
        version: after,
      });
      return after;
    });
  } catch (error) {
    throw error instanceof StreamErasedError ? conflict(stream.id, error) : error;
  }
}

function conflict(id: string, cause: Error): DomainError {
  const detail = `Session ${id} went on while this answer was made: another message was answered first, or the session was deleted. Nothing of this answer was kept; send the message again.`;
  return new DomainError('conflict', detail, { cause });
}

/** Puts on record that a turn ended without an answer. */
export async function recordFailure(
  store: EventStore,
  { stream }: OpenSession,
  reason: string,
  metadata: EventMetadata,
): Promise<void> {
  await execute(store, session, stream, metadata, (state) => failTurn(state, reason));
}
