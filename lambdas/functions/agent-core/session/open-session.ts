import { type SessionEvent, type StreamEvent, type StreamId, sessionStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { currentState } from '../../../commands/execute.ts';
import { fold } from '../../../domain/aggregate.ts';
import { open, type SessionState, session } from '../../../domain/session.ts';
import type { EventStore, StreamFromSnapshot } from '../../../event-store/store.ts';
import { type History, noHistory, type RememberedTurn } from '../../../session-memory/history.ts';
import type { SessionMemory } from '../../../session-memory/session-memory.ts';

export type SessionStream = StreamId & { readonly aggregate: 'session' };

/** A session as a turn finds it. */
export interface OpenSession {
  readonly stream: SessionStream;
  readonly state: SessionState;
  readonly version: number;
  /** The agent's memory of the conversation. */
  readonly history: History;
}

/** The session that a request names, or a new one. */
export interface SessionSelector {
  readonly tenant: string;
  /** Undefined for a new session. */
  readonly id: string | undefined;
  /** Id of the session when it is new. */
  readonly newId: string;
}

/**
 * Opens a session from its memory and the events that the memory does not include.
 * @throws DomainError `not-found` when the tenant has no such session, or it was deleted
 */
export async function openSession(
  store: EventStore,
  memory: SessionMemory,
  { tenant, id, newId }: SessionSelector,
  now: Date,
): Promise<OpenSession> {
  const stream = sessionStream(tenant, id ?? newId);
  if (id === undefined) return { stream, state: session.initialState, version: 0, history: noHistory };

  const remembered = await memory.load(stream, now);
  const unseen = remembered
    ? await store.load(stream, remembered.version)
    : await store.loadFromSnapshot(stream, session.stateVersion);
  const known = remembered
    ? ({ status: 'open', turns: remembered.turnCount } as const)
    : snapshotState(unseen);
  // A session's stream holds session events only.
  const state = open(fold(session, unseen.events as unknown as readonly SessionEvent[], known), id);
  const { summary, turns } = remembered ?? noHistory;
  const history = { summary, turns: [...turns, ...unrememberedTurns(unseen.events, now)] };
  return { stream, state, version: unseen.version, history };
}

/** @throws DomainError `not-found` when the tenant has no such session, or it was deleted */
export async function requireOpenSession(store: EventStore, tenant: string, id: string): Promise<void> {
  open(await currentState(store, session, sessionStream(tenant, id)), id);
}

/** A stream's snapshot holds the state of the session aggregate, because it was requested by its `stateVersion`. */
const snapshotState = ({ snapshot }: Partial<StreamFromSnapshot>) =>
  snapshot?.state as SessionState | undefined;

/** Turns missing from memory because its write was lost. Turns that have expired stay forgotten. */
function unrememberedTurns(events: readonly StreamEvent[], now: Date): RememberedTurn[] {
  const turns = events.filter((event) => event.type === 'TurnCompleted');
  const last = turns.at(-1);
  if (!last || Date.parse(last.occurredAt) + limits.sessionTtlSeconds * 1000 <= now.getTime()) return [];
  return turns
    .slice(-limits.sessionTurnsMax)
    .filter(({ data }) => data.reply.trim() !== '')
    .map(({ data: { message, reply } }) => ({ message, reply }));
}
