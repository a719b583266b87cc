import type { ChatResponse } from '@nova/shared/api/chat';
import type { SearchHit } from '@nova/shared/api/search';
import type { Tool } from '@strands-agents/sdk';
import { citationsOf } from './citations.ts';
import { type Cuts, endOf } from './ending.ts';
import { modelFault } from './model-faults.ts';
import type { ChatParts, ChatRequest } from './parts.ts';
import { prepareTurn, type Turn } from './prepare.ts';
import { systemPrompt } from './prompt.ts';
import { recordAnswer, recordFault } from './record.ts';
import { runAgent } from './run-agent.ts';
import { getJob } from './tools/get-job.ts';
import { listContent } from './tools/list-content.ts';
import { searchContent } from './tools/search-content.ts';
import { type ChatListener, TurnLog } from './turn-log.ts';

/**
 * One turn of a conversation. When it returns, the turn and the tokens it used are on record; what it throws is on
 * record as a failed turn, unless the turn was refused before it began or lost a race for its session.
 * @param tell is told of everything as it happens, the session first, once the model answers
 * @throws DomainError `not-found`, `budget-exhausted`, `conflict`, `model-unavailable`, `timeout`, `too-large`
 */
export type Chat = (request: ChatRequest, cuts: Cuts, tell: ChatListener) => Promise<ChatResponse>;

export function chat(parts: ChatParts): Chat {
  return async (request, cuts, tell) => {
    const turn = await prepareTurn(parts, request);
    const { session } = turn;
    const log = new TurnLog(turn.message, session.stream.id, tell);
    const shown: SearchHit[] = [];
    const stopReason = await runToEnd(parts, request, turn, cuts, log, shown);

    const { reply, toolCalls, usage, guardrail } = log;
    const ending = { citations: citationsOf(reply, shown), stopReason };
    await recordAnswer(parts, request, session, log, ending);
    if (guardrail) tell('guardrail', guardrail);
    tell('usage', usage);
    const intervention = guardrail ? { guardrail } : {};
    return { sessionId: session.stream.id, reply, toolCalls, usage, ...ending, ...intervention };
  };
}

async function runToEnd(
  parts: ChatParts,
  request: ChatRequest,
  turn: Turn,
  cuts: Cuts,
  log: TurnLog,
  shown: SearchHit[],
): Promise<string> {
  const { session, pointedTo, message, tokensLeft } = turn;
  const run = {
    model: parts.model.strands,
    systemPrompt: systemPrompt(pointedTo),
    tools: toolsOf(parts, request.tenant, turn, shown),
    history: session.history,
    message,
    tokensLeft,
    signal: AbortSignal.any([cuts.gone, cuts.timeUp]),
  };
  try {
    return endOf(await runAgent(run, log), log, cuts);
  } catch (error) {
    const fault = modelFault(error);
    await recordFault(parts, request, session, log, fault);
    throw fault;
  }
}

/** The agent's tools, each bound to the tenant: the model never says whose content it wants. */
function toolsOf(
  { rows, search }: ChatParts,
  tenant: string,
  { pointedTo }: Turn,
  shown: SearchHit[],
): Tool[] {
  return [
    searchContent(search, {
      tenant,
      pointedTo: pointedTo.map(({ contentId }) => contentId),
      onShown: (hits) => void shown.push(...hits),
    }),
    listContent(rows, tenant),
    getJob(rows, tenant),
  ];
}
