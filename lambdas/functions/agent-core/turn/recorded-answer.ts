import type { ChatResponse } from '@nova/shared/api/chat';
import type { SessionEvent } from '@nova/shared/events/index';
import { fold } from '../../../domain/aggregate.ts';
import { open, session } from '../../../domain/session.ts';
import type { EventStore } from '../../../event-store/store.ts';
import type { ChatRequest } from './dependencies.ts';

/**
 * The answer that an earlier try of a request has put on record: its events name the request as their cause.
 * @returns undefined when there is none
 * @throws DomainError `not-found` when the session was deleted since
 */
export async function recordedAnswer(
  store: EventStore,
  { tenant, body, newId, metadata }: ChatRequest,
): Promise<ChatResponse | undefined> {
  const id = body.sessionId ?? newId;
  const { events } = await store.load({ tenant, aggregate: 'session', id });
  const turn = events.find(
    (event) => event.type === 'TurnCompleted' && event.metadata.causationId === metadata.causationId,
  );
  if (turn?.type !== 'TurnCompleted') return undefined;
  // A session's stream holds session events only.
  open(fold(session, events as unknown as readonly SessionEvent[]), id);
  const { reply, toolCalls, citations, usage, stopReason, guardrail } = turn.data;
  return { sessionId: id, reply, toolCalls, citations, usage, stopReason, ...(guardrail && { guardrail }) };
}
