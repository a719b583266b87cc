import { limits } from '@nova/shared/limits';
import {
  Agent,
  ContextWindowOverflowError,
  configureLogging,
  MaxTokensError,
  type MessageData,
  type Model,
  NullConversationManager,
  type Tool,
} from '@strands-agents/sdk';
import { logger } from '../../../runtime/instrumentation.ts';
import type { History } from '../../../session-memory/history.ts';
import type { TurnLog } from './turn-log.ts';

/** Logs Strands' messages only: the values it logs beside them may contain users' words. */
const messageOnly = (log: (message: string) => void) => (message: unknown) =>
  log(`Strands: ${String(message)}`);
configureLogging({
  debug: () => {},
  info: () => {},
  warn: messageOnly((message) => logger.warn(message)),
  error: messageOnly((message) => logger.error(message)),
});

export interface AgentRun {
  readonly model: Model;
  readonly systemPrompt: string;
  readonly tools: readonly Tool[];
  readonly history: History;
  readonly message: string;
  /** Tokens the turn may use: the rest of the day's budget. */
  readonly tokensLeft: number;
  /** Awaited before the model's first output is processed. The model is called without waiting for it. */
  readonly ready: Promise<unknown>;
  /** Stops the run, even within an answer; the text so far stays. */
  readonly signal: AbortSignal;
}

/** Turns that are kept word for word when the conversation is too long for the model. */
const shortHistoryTurns = 2;

/**
 * Lets the agent answer one message. If the conversation is too long for the model, and nothing has been answered yet, the
 * run is repeated once with the summary and the last turns only.
 * @param log records every event, also when the run fails
 * @returns Strands' stop reason: `endTurn`, `maxTokens`, `guardrailIntervened`, `limitTurns`, `cancelled`, …
 * @throws ModelError when the model fails
 */
export async function runAgent(run: AgentRun, log: TurnLog): Promise<string> {
  const { summary, turns } = run.history;
  try {
    return await runOnce(run, log);
  } catch (error) {
    const untouched = log.reply === '' && log.toolCalls.length === 0;
    const tooLong = error instanceof ContextWindowOverflowError && turns.length > shortHistoryTurns;
    if (!untouched || !tooLong) throw error;
    return runOnce({ ...run, history: { summary, turns: turns.slice(-shortHistoryTurns) } }, log);
  }
}

/** The summary comes first, as a reply of the assistant: it contains users' words, so it must not be an instruction. */
function messagesOf({ summary, turns }: History): MessageData[] {
  const before = summary === '' ? [] : [{ message: 'What have we talked about so far?', reply: summary }];
  return [...before, ...turns].flatMap(({ message, reply }): MessageData[] => [
    { role: 'user', content: [{ text: message }] },
    { role: 'assistant', content: [{ text: reply }] },
  ]);
}

async function runOnce(run: AgentRun, log: TurnLog): Promise<string> {
  const agent = new Agent({
    name: 'nova',
    model: run.model,
    systemPrompt: run.systemPrompt,
    tools: [...run.tools],
    messages: messagesOf(run.history),
    // Memory is bounded before this point. Streamed text cannot be taken back, so a failed call is not repeated; the SDK
    // has already retried calls that failed before their first byte.
    conversationManager: new NullConversationManager(),
    retryStrategy: null,
    printer: false,
  });
  const events = agent.stream(run.message, {
    cancelSignal: run.signal,
    limits: {
      turns: limits.agentModelCalls,
      outputTokens: limits.agentTurnOutputTokens,
      totalTokens: run.tokensLeft,
    },
  });
  try {
    for (;;) {
      const next = await events.next();
      if (next.done) return next.value.stopReason;
      if (next.value.type === 'modelStreamUpdateEvent') await run.ready;
      log.record(next.value);
    }
  } catch (error) {
    if (error instanceof MaxTokensError) return 'maxTokens';
    throw error;
  }
}
