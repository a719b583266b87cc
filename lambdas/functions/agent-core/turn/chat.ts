import type { ChatResponse, Guardrail } from '@nova/shared/api/chat';
import { promptAttack } from '../../../models/guardrail-trace.ts';
import { modelError } from '../model/model-errors.ts';
import { systemPrompt } from '../model/prompts.ts';
import { type Summarising, startSummarising } from '../model/summarise.ts';
import { type AnswerInProgress, beginAnswer } from '../session/answer-in-progress.ts';
import { agentTools } from '../tools/agent-tools.ts';
import { contentIdsIn, UntrustedOutput } from '../tools/untrusted-output.ts';
import { citationsOf } from './citations.ts';
import type { ChatDependencies, ChatRequest } from './dependencies.ts';
import { checkGrounding } from './grounding.ts';
import { prepareTurn, type Turn } from './prepare-turn.ts';
import { runAgent } from './run-agent.ts';
import { anySignal, type RequestSignals, type RunSignals, stopReasonOf } from './stop-reason.ts';
import { type ChatListener, TurnLog } from './turn-log.ts';
import { recordAnswer, recordedAnswer, recordFailedTurn } from './turn-record.ts';

/**
 * One turn of a conversation. When it returns, the turn and its tokens are on record. When it throws, a failed turn is on
 * record, unless the turn was refused before it began or lost a race for its session. An answer that an earlier attempt
 * of the request has recorded is returned as it is, and nothing is emitted.
 * @param emit gets each event as it happens; the session comes first, once it is on record and the model is called
 * @throws DomainError `not-found`, `budget-exhausted`, `conflict`, `model-unavailable`, `timeout`, `too-large`
 */
export type Chat = (
  request: ChatRequest,
  signals: RequestSignals,
  emit: ChatListener,
) => Promise<ChatResponse>;

export function chat(dependencies: ChatDependencies): Chat {
  const { store, guardrail: checks, model } = dependencies;
  return async (request, requestSignals, emit) => {
    const recorded = request.retried ? await recordedAnswer(store, request) : undefined;
    if (recorded) return recorded;
    const turn = await prepareTurn(dependencies, request);
    const log = new TurnLog(turn.message, turn.session.stream.id, emit);
    const named = new Set([
      ...turn.referenced.map(({ contentId }) => contentId),
      ...contentIdsIn(turn.message),
    ]);
    const toolOutput = new UntrustedOutput(checks, named);
    const answer = beginAnswer(store, turn.session, request.metadata, () => log.announceSession());
    const signals = { ...requestSignals, stopped: answer.stopped };
    const summarising = startSummarising(model.summariser, turn.session.history, anySignal(signals));
    const run = { dependencies, request, turn, log, toolOutput, answer, signals, summarising };
    const { stopReason, session } = await runToEnd(run);
    const summarised = await summarising.result;
    log.addUsage(summarised.usage);

    const { reply, toolCalls, usage } = log;
    const guardrail = log.guardrail ?? withheldBy(toolOutput);
    const outcome = {
      citations: citationsOf(reply, toolOutput.passages),
      stopReason,
      ...(guardrail && { guardrail }),
    };
    await recordAnswer(dependencies, request, session, { log, outcome, history: summarised.history });
    if (guardrail) emit('guardrail', { ...guardrail, ...(log.withdrawn && { reply }) });
    emit('usage', usage);
    return { sessionId: session.stream.id, reply, toolCalls, usage, ...outcome };
  };
}

/** Reports withheld tool output, unless the guardrail intervened in the message or the reply. */
const withheldBy = ({ withheldCount }: UntrustedOutput): Guardrail | undefined =>
  withheldCount > 0 ? { action: 'intervened', source: 'tool', policies: [promptAttack] } : undefined;

interface TurnRun {
  readonly dependencies: ChatDependencies;
  readonly request: ChatRequest;
  readonly turn: Turn;
  readonly log: TurnLog;
  readonly toolOutput: UntrustedOutput;
  readonly answer: AnswerInProgress;
  readonly signals: RunSignals;
  readonly summarising: Summarising;
}

/** @returns the stop reason, and the session as it stands on record */
async function runToEnd(turnRun: TurnRun) {
  const { dependencies, request, turn, log, toolOutput, answer, signals, summarising } = turnRun;
  const { message, referenced, tokensLeft } = turn;
  const referencedIds = referenced.map(({ contentId }) => contentId);
  const run = {
    model: dependencies.model.strands,
    systemPrompt: systemPrompt(referenced),
    tools: agentTools({ ...dependencies, caller: request, referencedIds, toolOutput }),
    history: turn.session.history,
    message,
    tokensLeft,
    ready: answer.session,
    signal: anySignal(signals),
  };
  try {
    const modelStopReason = await runAgent(run, log);
    const session = await answer.session;
    const reason = stopReasonOf(modelStopReason, log, signals);
    return {
      stopReason: await checkGrounding(dependencies.guardrail, toolOutput, message, log, reason),
      session,
    };
  } catch (error) {
    const failure = modelError(error);
    // Recording the failure would begin the session too, if it came first.
    await Promise.allSettled([answer.session]);
    log.addUsage((await summarising.end()).usage);
    await recordFailedTurn(dependencies, request, turn.session, log, failure);
    throw failure;
  } finally {
    answer.end();
  }
}
