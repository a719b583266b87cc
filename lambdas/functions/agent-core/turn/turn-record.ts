import type { ChatResponse, Citation, Guardrail } from '@nova/shared/api/chat';
import { type SessionEvent, sessionStream } from '@nova/shared/events/index';
import { fold } from '../../../domain/aggregate.ts';
import { DomainError } from '../../../domain/errors.ts';
import { open, session as sessionAggregate } from '../../../domain/session.ts';
import type { EventStore } from '../../../event-store/store.ts';
import { logger } from '../../../runtime/instrumentation.ts';
import type { History } from '../../../session-memory/history.ts';
import { recordUsage } from '../../../usage/record-usage.ts';
import type { OpenSession } from '../session/open-session.ts';
import { recordFailure, recordTurn } from '../session/record-turn.ts';
import type { ChatDependencies, ChatRequest } from './dependencies.ts';
import type { TurnLog } from './turn-log.ts';

export interface TurnOutcome {
  readonly citations: Citation[];
  readonly stopReason: string;
  readonly guardrail?: Guardrail;
}

/** A turn that ended with an answer. */
export interface AnsweredTurn {
  readonly log: TurnLog;
  readonly outcome: TurnOutcome;
  /** The agent's memory of the turns before. */
  readonly history: History;
}

/**
 * The answer that an earlier attempt of a request has recorded: its events name the request as their cause.
 * @returns undefined when there is none
 * @throws DomainError `not-found` when the session has been deleted since
 */
export async function recordedAnswer(
  store: EventStore,
  { tenant, body, newId, metadata }: ChatRequest,
): Promise<ChatResponse | undefined> {
  const id = body.sessionId ?? newId;
  const { events } = await store.load(sessionStream(tenant, id));
  const turn = events.find(
    (event) => event.type === 'TurnCompleted' && event.metadata.causationId === metadata.causationId,
  );
  if (turn?.type !== 'TurnCompleted') return undefined;
  // A session's stream holds session events only.
  open(fold(sessionAggregate, events as unknown as readonly SessionEvent[]), id);
  const { reply, toolCalls, citations, usage, stopReason, guardrail } = turn.data;
  return { sessionId: id, reply, toolCalls, citations, usage, stopReason, ...(guardrail && { guardrail }) };
}

/**
 * Records an answered turn and then saves the session's memory. Tokens come first, because they are used whatever the
 * outcome of the turn; memory comes last, because it can be rebuilt from the events.
 * @throws DomainError `conflict`
 */
export async function recordAnswer(
  dependencies: ChatDependencies,
  request: ChatRequest,
  session: OpenSession,
  { log, outcome, history }: AnsweredTurn,
): Promise<void> {
  const { message, reply, toolCalls, usage } = log;
  const turn = { message, reply, toolCalls, usage, model: dependencies.model.maker(), ...outcome };
  await recordTurnUsage(dependencies, request, session, log);
  const version = await recordTurn(dependencies.store, session, turn, request.metadata);
  const turns = [...history.turns, log.remembered];
  await saveMemory(dependencies, session, version, { ...history, turns });
}

/** Records a turn without an answer. If this fails too, the caller still gets the turn's own error. */
export async function recordFailedTurn(
  dependencies: ChatDependencies,
  request: ChatRequest,
  session: OpenSession,
  log: TurnLog,
  failure: unknown,
): Promise<void> {
  const reason = failure instanceof DomainError ? failure.message : 'Something went wrong on our side.';
  try {
    await recordTurnUsage(dependencies, request, session, log);
    await recordFailure(dependencies.store, session, reason, request.metadata);
  } catch (error) {
    logger.error('Could not record a failed turn', error as Error);
  }
}

function recordTurnUsage(
  { store, model }: ChatDependencies,
  { tenant, metadata }: ChatRequest,
  { stream, state }: OpenSession,
  { usage }: TurnLog,
): Promise<void> {
  const reference = `${stream.id}#${state.turns + 1}`;
  return recordUsage(store, tenant, { ...usage, source: 'chat', model: model.maker(), reference }, metadata);
}

async function saveMemory(
  { memory }: ChatDependencies,
  { stream, state }: OpenSession,
  version: number,
  history: History,
): Promise<void> {
  try {
    await memory.save(stream, { version, turnCount: state.turns + 1, ...history }, new Date());
  } catch (error) {
    logger.warn(
      'Could not save the memory of a recorded turn; the next turn reads the record',
      error as Error,
    );
  }
}
