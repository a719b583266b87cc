import type { Citation, Guardrail } from '@nova/shared/api/chat';
import { DomainError } from '../../../domain/errors.ts';
import { logger } from '../../../runtime/instrumentation.ts';
import type { History } from '../../../session-memory/history.ts';
import { recordUsage } from '../../../usage/record-usage.ts';
import { type OpenSession, recordFailure, recordTurn } from '../session/open-session.ts';
import type { ChatParts, ChatRequest } from './dependencies.ts';
import type { TurnLog } from './turn-log.ts';

export interface Ending {
  readonly citations: Citation[];
  readonly stopReason: string;
  readonly guardrail?: Guardrail;
}

/** A turn that ended with an answer. */
export interface AnsweredTurn {
  readonly log: TurnLog;
  readonly ending: Ending;
  /** What the agent remembers of the turns before. */
  readonly history: History;
}

/**
 * Puts an answered turn on record and then remembers it: tokens first, since they are used whatever comes of the turn;
 * memory last, since it can be made again from the record.
 * @throws DomainError `conflict`
 */
export async function recordAnswer(
  parts: ChatParts,
  request: ChatRequest,
  session: OpenSession,
  { log, ending, history }: AnsweredTurn,
): Promise<void> {
  const { message, reply, toolCalls, usage } = log;
  const turn = { message, reply, toolCalls, usage, model: parts.model.maker(), ...ending };
  await charge(parts, request, session, log);
  const version = await recordTurn(parts.store, session, turn, request.metadata);
  await remember(parts, session, version, { ...history, turns: [...history.turns, log.remembered] });
}

/** Puts a turn without an answer on record. The caller hears of the fault itself, also when this fails. */
export async function recordFault(
  parts: ChatParts,
  request: ChatRequest,
  session: OpenSession,
  log: TurnLog,
  fault: unknown,
): Promise<void> {
  const reason = fault instanceof DomainError ? fault.message : 'Something went wrong on our side.';
  try {
    await charge(parts, request, session, log);
    await recordFailure(parts.store, session, reason, request.metadata);
  } catch (error) {
    logger.error('A failed turn could not be put on record', error as Error);
  }
}

function charge(
  { store, model }: ChatParts,
  { tenant, metadata }: ChatRequest,
  { stream, state }: OpenSession,
  { usage }: TurnLog,
): Promise<void> {
  const reference = `${stream.id}#${state.turns + 1}`;
  return recordUsage(store, tenant, { ...usage, source: 'chat', model: model.maker(), reference }, metadata);
}

async function remember(
  { memory }: ChatParts,
  { stream, state }: OpenSession,
  version: number,
  history: History,
): Promise<void> {
  try {
    await memory.keep(stream, { version, turnCount: state.turns + 1, ...history }, new Date());
  } catch (error) {
    logger.warn('The turn is on record but not remembered; the next one reads the record', error as Error);
  }
}
