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

/** Strands' own words only: the values it logs beside them may hold what users said. */
const worded = (say: (message: string) => void) => (message: unknown) => say(`Strands: ${String(message)}`);
configureLogging({
  debug: () => {},
  info: () => {},
  warn: worded((message) => logger.warn(message)),
  error: worded((message) => logger.error(message)),
});

export interface AgentRun {
  readonly model: Model;
  readonly systemPrompt: string;
  readonly tools: readonly Tool[];
  readonly history: History;
  readonly message: string;
  /** Tokens the turn may use: what is left of the day's budget. */
  readonly tokensLeft: number;
  /** Settles before anything the model says is taken. The model is called without waiting for it. */
  readonly ready: Promise<unknown>;
  /** Stops the run, also within an answer; what was said until then stands. */
  readonly signal: AbortSignal;
}

/** Turns that are kept word for word where the model cannot read more. */
const fewTurns = 2;

/**
 * Lets the agent answer one message. Where the conversation is too long for the model before it has done anything, it
 * is asked once more with the summary and the last turns of it.
 * @param log takes everything that happens, also when the run fails
 * @returns Strands' reason to stop: `endTurn`, `maxTokens`, `guardrailIntervened`, `limitTurns`, `cancelled`, …
 * @throws ModelError when the model fails
 */
export async function runAgent(run: AgentRun, log: TurnLog): Promise<string> {
  const { summary, turns } = run.history;
  try {
    return await runOnce(run, log);
  } catch (error) {
    const untouched = log.reply === '' && log.toolCalls.length === 0;
    const tooLong = error instanceof ContextWindowOverflowError && turns.length > fewTurns;
    if (!untouched || !tooLong) throw error;
    return runOnce({ ...run, history: { summary, turns: turns.slice(-fewTurns) } }, log);
  }
}

/** The summary stands before the turns as an answer of its own: it holds words of users, so it is no instruction. */
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
    // Memory is bounded before it comes here. Text already streamed cannot be taken back, so a failed call is not
    // repeated either; the SDK has retried what failed before its first byte.
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
      log.take(next.value);
    }
  } catch (error) {
    if (error instanceof MaxTokensError) return 'maxTokens';
    throw error;
  }
}
