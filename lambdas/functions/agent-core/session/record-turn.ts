import type { DomainEvent, EventMetadata } from '@nova/shared/events/index';
import { v7 as uuid } from 'uuid';
import { execute, saveSnapshotIfDue } from '../../../commands/execute.ts';
import { appendSurely, untilAppended } from '../../../commands/retry.ts';
import { fold } from '../../../domain/aggregate.ts';
import { DomainError } from '../../../domain/errors.ts';
import { completeTurn, failTurn, session, startSession } from '../../../domain/session.ts';
import { StreamErasedError } from '../../../event-store/encryption/encryption.ts';
import type { EventStore } from '../../../event-store/store.ts';
import type { OpenSession } from './open-session.ts';

export type CompletedTurn = Omit<DomainEvent<'TurnCompleted'>['data'], 'turn'>;

/**
 * Records a new session while its first answer is generated, so that callers can see it and stop the answer.
 * @returns the session for the rest of the turn; a session that is already on record is returned as it is
 */
export async function beginSession(
  store: EventStore,
  opened: OpenSession,
  metadata: EventMetadata,
): Promise<OpenSession> {
  const events = startSession(opened.state);
  if (events.length === 0) return opened;
  // The commit id is the same for each attempt of a request: if one dies here, the next continues with its session.
  const commit = { commitId: metadata.causationId, occurredAt: new Date(), metadata, events };
  const version = await appendSurely(store, opened.stream, opened.version, commit);
  return { ...opened, state: fold(session, events, opened.state), version };
}

/** Events that may come between a turn's start and its record: a failed turn beside it, and a request to stop. */
const harmlessEvents: ReadonlySet<string> = new Set(['TurnFailed', 'AnswerStopped']);

/**
 * Records a turn after the turns the agent knew of when it answered.
 * @returns the stream's version after it
 * @throws DomainError `conflict` when another turn was completed meanwhile, or the session was deleted
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
        if (!since.events.every(({ type }) => harmlessEvents.has(type))) throw conflict(stream.id, lost);
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
  const detail = `Session ${id} changed while this answer was generated: another message was answered first, or the session was deleted. Nothing of this answer was kept; send the message again.`;
  return new DomainError('conflict', detail, { cause });
}

/** Records that a turn ended without an answer. */
export async function recordFailure(
  store: EventStore,
  { stream }: OpenSession,
  reason: string,
  metadata: EventMetadata,
): Promise<void> {
  await execute(store, session, stream, metadata, (state) => failTurn(state, reason));
}
