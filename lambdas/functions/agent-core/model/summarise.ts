import type { TokenUsage } from '@nova/shared/api/common';
import { limits } from '@nova/shared/limits';
import { Message, type Model, TextBlock } from '@strands-agents/sdk';
import { logger } from '../../../runtime/instrumentation.ts';
import { dueForSummary, type History, withSummary } from '../../../session-memory/history.ts';
import { summaryInstructions, summaryRequest } from './prompts.ts';
import { estimatedTokens, TokenMeter } from './token-meter.ts';

/** A history in which a summary has replaced the oldest turns, and the tokens that took. */
export interface SummarisedHistory {
  readonly history: History;
  readonly usage: TokenUsage;
}

/** A summary that is being written beside the answer to a turn, which does not need it. */
export interface Summarising {
  readonly result: Promise<SummarisedHistory>;
  /** Ends it early. */
  end(): Promise<SummarisedHistory>;
}

/** @param signal also ends it early */
export function startSummarising(model: Model, history: History, signal: AbortSignal): Summarising {
  const ended = new AbortController();
  const result = summariseOldest(model, history, AbortSignal.any([signal, ended.signal]));
  return {
    result,
    end() {
      ended.abort();
      return result;
    },
  };
}

/**
 * Summarises the oldest turns of a history once they are due. Never throws: if there is no summary, the turns stay and are
 * due again in the next turn. The model's tokens count in any case; those of a call that was cut off are estimated.
 * @param signal ends it early
 */
export async function summariseOldest(
  model: Model,
  history: History,
  signal: AbortSignal,
): Promise<SummarisedHistory> {
  const tokens = new TokenMeter();
  const due = dueForSummary(history.turns);
  if (due === 0) return { history, usage: tokens.usage };
  try {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(limits.sessionSummaryMs)]);
    const summary = await summaryText(model, requestText(history, due), inTime, tokens);
    const summarised = summary === '' ? history : withSummary(history, summary, due);
    return { history: summarised, usage: tokens.usage };
  } catch (error) {
    logger.warn('Could not summarise the oldest turns; they are kept unchanged', {
      fault: errorName(error),
    });
    return { history, usage: tokens.usage };
  }
}

/** The turns as lines of JSON, so that one speaker's words cannot pass for another's. */
function requestText({ summary, turns }: History, count: number): string {
  const cut = (text: string) => text.slice(0, limits.summarisedChars).toWellFormed();
  const lines = [
    ...(summary === '' ? [] : [{ summary }]),
    ...turns.slice(0, count).map(({ message, reply }) => ({ user: cut(message), assistant: cut(reply) })),
  ];
  return [summaryRequest, '', ...lines.map((line) => JSON.stringify(line))].join('\n');
}

/**
 * The model's text, even where its token limit cut it off: an incomplete summary is better than none.
 * @returns an empty text when the guardrail intervened
 */
async function summaryText(
  model: Model,
  request: string,
  signal: AbortSignal,
  tokens: TokenMeter,
): Promise<string> {
  const message = new Message({ role: 'user', content: [new TextBlock(request)] });
  const options = { systemPrompt: summaryInstructions, cancelSignal: signal };
  tokens.beginCall(estimatedTokens(summaryInstructions + request));
  const events = model.stream([message], options)[Symbol.asyncIterator]();
  let text = '';
  let intervened = false;
  for (;;) {
    // The model's client may wait on after the signal has aborted.
    const next = await Promise.race([events.next(), rejectOnAbort(signal)]);
    if (next.done) return intervened ? '' : text.trim();
    const event = next.value;
    if (event.type === 'modelMessageStartEvent') tokens.beginAnswer();
    if (event.type === 'modelContentBlockDeltaEvent' && event.delta.type === 'textDelta') {
      tokens.countOutput(event.delta.text);
      text += event.delta.text;
    }
    if (event.type === 'modelMessageStopEvent') intervened = event.stopReason === 'guardrailIntervened';
    if (event.type === 'modelMetadataEvent') tokens.endCall(event.usage);
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

const errorName = (error: unknown) => (error instanceof Error ? error.name : 'unknown');
