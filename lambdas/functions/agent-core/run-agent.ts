import { limits } from '@nova/shared/limits';
import {
  Agent,
  configureLogging,
  MaxTokensError,
  type Model,
  NullConversationManager,
  type Tool,
} from '@strands-agents/sdk';
import type { RememberedTurn } from '../../platform/memory/history.ts';
import { logger } from '../../platform/runtime/instrumentation.ts';
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
  readonly history: readonly RememberedTurn[];
  readonly message: string;
  /** Tokens the turn may use: what is left of the day's budget. */
  readonly tokensLeft: number;
  /** Stops the run, also within an answer; what was said until then stands. */
  readonly signal: AbortSignal;
}

/**
 * Lets the agent answer one message.
 * @param log takes everything that happens, also when the run fails
 * @returns Strands' reason to stop: `endTurn`, `maxTokens`, `guardrailIntervened`, `limitTurns`, `cancelled`, …
 * @throws ModelError when the model fails
 */
export async function runAgent(run: AgentRun, log: TurnLog): Promise<string> {
  const agent = new Agent({
    name: 'nova',
    model: run.model,
    systemPrompt: run.systemPrompt,
    tools: [...run.tools],
    messages: run.history.flat(),
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
      log.take(next.value);
    }
  } catch (error) {
    if (error instanceof MaxTokensError) return 'maxTokens';
    throw error;
  }
}
