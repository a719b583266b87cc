import type { ChatResponse, Guardrail } from '@nova/shared/api/chat';
import { promptAttack } from '../../platform/models/guardrail-trace.ts';
import { citationsOf } from './citations.ts';
import { type Cuts, endOf } from './ending.ts';
import { groundedEnd } from './grounding.ts';
import { idsIn, Material } from './material.ts';
import { modelFault } from './model-faults.ts';
import type { ChatParts, ChatRequest } from './parts.ts';
import { prepareTurn, type Turn } from './prepare.ts';
import { systemPrompt } from './prompt.ts';
import { recordAnswer, recordFault } from './record.ts';
import { recordedAnswer } from './recorded-answer.ts';
import { runAgent } from './run-agent.ts';
import { foldOldest } from './summary.ts';
import { toolsOf } from './tools/turn-tools.ts';
import { type ChatListener, TurnLog } from './turn-log.ts';

/**
 * One turn of a conversation. When it returns, the turn and the tokens it used are on record; what it throws is on
 * record as a failed turn, unless the turn was refused before it began or lost a race for its session. A turn that an
 * earlier try of the request has put on record is answered from there, and nothing is told of it.
 * @param tell is told of everything as it happens, the session first, once the model answers
 * @throws DomainError `not-found`, `budget-exhausted`, `conflict`, `model-unavailable`, `timeout`, `too-large`
 */
export type Chat = (request: ChatRequest, cuts: Cuts, tell: ChatListener) => Promise<ChatResponse>;

export function chat(parts: ChatParts): Chat {
  return async (request, cuts, tell) => {
    const recorded = request.retried ? await recordedAnswer(parts.store, request) : undefined;
    if (recorded) return recorded;
    const turn = await prepareTurn(parts, request);
    const { session } = turn;
    const log = new TurnLog(turn.message, session.stream.id, tell);
    const pointedTo = turn.pointedTo.map(({ contentId }) => contentId);
    const material = new Material(parts.checks, new Set([...pointedTo, ...idsIn(turn.message)]));
    const folding = foldOldest(parts.model.summariser, session.history, anyCut(cuts));
    const stopReason = await runToEnd(parts, request, turn, cuts, log, material);
    const folded = await folding;
    log.alsoUsed(folded.usage);

    const { reply, toolCalls, usage } = log;
    const guardrail = log.guardrail ?? withheldBy(material);
    const ending = {
      citations: citationsOf(reply, material.passages),
      stopReason,
      ...(guardrail && { guardrail }),
    };
    await recordAnswer(parts, request, session, { log, ending, history: folded.history });
    if (guardrail) tell('guardrail', { ...guardrail, ...(log.withdrawn && { reply }) });
    tell('usage', usage);
    return { sessionId: session.stream.id, reply, toolCalls, usage, ...ending };
  };
}

const anyCut = ({ gone, timeUp }: Cuts) => AbortSignal.any([gone, timeUp]);

/** What the guardrail kept from the model, where it did nothing graver. */
const withheldBy = ({ withheld }: Material): Guardrail | undefined =>
  withheld > 0 ? { action: 'intervened', source: 'tool', policies: [promptAttack] } : undefined;

async function runToEnd(
  parts: ChatParts,
  request: ChatRequest,
  turn: Turn,
  cuts: Cuts,
  log: TurnLog,
  material: Material,
): Promise<string> {
  const { session, pointedTo, message, tokensLeft } = turn;
  const run = {
    model: parts.model.strands,
    systemPrompt: systemPrompt(pointedTo),
    tools: toolsOf({
      ...parts,
      asker: request,
      pointedTo: pointedTo.map(({ contentId }) => contentId),
      material,
    }),
    history: session.history,
    message,
    tokensLeft,
    signal: anyCut(cuts),
  };
  try {
    const stopReason = endOf(await runAgent(run, log), log, cuts);
    return await groundedEnd(parts.checks, material, message, log, stopReason);
  } catch (error) {
    const fault = modelFault(error);
    await recordFault(parts, request, session, log, fault);
    throw fault;
  }
}
