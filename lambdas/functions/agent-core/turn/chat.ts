import type { ChatResponse, Guardrail } from '@nova/shared/api/chat';
import { promptAttack } from '../../../models/guardrail-trace.ts';
import { modelFault } from '../model/model-errors.ts';
import { systemPrompt } from '../model/prompts.ts';
import { beginFolding, type Folding } from '../model/summarise.ts';
import { type Answering, beginAnswer } from '../session/answer-in-progress.ts';
import { toolsOf } from '../tools/agent-tools.ts';
import { idsIn, Material } from '../tools/untrusted-output.ts';
import { citationsOf } from './citations.ts';
import type { ChatParts, ChatRequest } from './dependencies.ts';
import { groundedEnd } from './grounding.ts';
import { prepareTurn, type Turn } from './prepare-turn.ts';
import { recordedAnswer } from './recorded-answer.ts';
import { runAgent } from './run-agent.ts';
import { anyOf, type Cuts, endOf, type RunCuts } from './stop-reason.ts';
import { type ChatListener, TurnLog } from './turn-log.ts';
import { recordAnswer, recordFault } from './turn-record.ts';

/**
 * One turn of a conversation. When it returns, the turn and the tokens it used are on record; what it throws is on
 * record as a failed turn, unless the turn was refused before it began or lost a race for its session. A turn that an
 * earlier try of the request has put on record is answered from there, and nothing is told of it.
 * @param tell is told of everything as it happens, the session first, once it is on record and the model is called
 * @throws DomainError `not-found`, `budget-exhausted`, `conflict`, `model-unavailable`, `timeout`, `too-large`
 */
export type Chat = (request: ChatRequest, cuts: Cuts, tell: ChatListener) => Promise<ChatResponse>;

export function chat(parts: ChatParts): Chat {
  return async (request, cuts, tell) => {
    const recorded = request.retried ? await recordedAnswer(parts.store, request) : undefined;
    if (recorded) return recorded;
    const turn = await prepareTurn(parts, request);
    const log = new TurnLog(turn.message, turn.session.stream.id, tell);
    const material = new Material(parts.checks, new Set([...turn.contentIds, ...idsIn(turn.message)]));
    const answering = beginAnswer(parts.store, turn.session, request.metadata, () => log.open());
    const allCuts = { ...cuts, stopped: answering.stopped };
    const folding = beginFolding(parts.model.summariser, turn.session.history, anyOf(allCuts));
    const run = { parts, request, turn, log, material, answering, cuts: allCuts, folding };
    const { stopReason, session } = await runToEnd(run);
    const folded = await folding.folded;
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

/** What the guardrail kept from the model, where it did nothing graver. */
const withheldBy = ({ withheld }: Material): Guardrail | undefined =>
  withheld > 0 ? { action: 'intervened', source: 'tool', policies: [promptAttack] } : undefined;

interface TurnRun {
  readonly parts: ChatParts;
  readonly request: ChatRequest;
  readonly turn: Turn;
  readonly log: TurnLog;
  readonly material: Material;
  readonly answering: Answering;
  readonly cuts: RunCuts;
  readonly folding: Folding;
}

/** @returns how the run ended, and the session as it stands on record since it began */
async function runToEnd(turnRun: TurnRun) {
  const { parts, request, turn, log, material, answering, cuts, folding } = turnRun;
  const { message, tokensLeft } = turn;
  const run = {
    model: parts.model.strands,
    systemPrompt: systemPrompt(turn.pointedTo),
    tools: toolsOf({ ...parts, asker: request, pointedTo: turn.contentIds, material }),
    history: turn.session.history,
    message,
    tokensLeft,
    ready: answering.session,
    signal: anyOf(cuts),
  };
  try {
    const ended = await runAgent(run, log);
    const session = await answering.session;
    const reason = endOf(ended, log, cuts);
    return { stopReason: await groundedEnd(parts.checks, material, message, log, reason), session };
  } catch (error) {
    const fault = modelFault(error);
    // A fault that came sooner would begin the session too.
    await Promise.allSettled([answering.session]);
    log.alsoUsed((await folding.end()).usage);
    await recordFault(parts, request, turn.session, log, fault);
    throw fault;
  } finally {
    answering.end();
  }
}
