import type { ChatStreamEvents } from '@nova/shared/api/chat';
import {
  type AgentStreamEvent,
  Message,
  TextBlock,
  ToolResultBlock,
  ToolUseBlock,
} from '@strands-agents/sdk';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { blockedMessage, TurnLog } from './turn-log.ts';

type SentEvent = { [K in keyof ChatStreamEvents]: readonly [K, ChatStreamEvents[K]] }[keyof ChatStreamEvents];

function logOf(events: readonly object[], message = 'When does it open?') {
  const sent: SentEvent[] = [];
  const log = new TurnLog(message, 'session-1', (event, data) => void sent.push([event, data] as SentEvent));
  for (const event of events) log.record(event as AgentStreamEvent);
  return { log, sent, text: sent.flatMap(([event, data]) => (event === 'text' ? [data.text] : [])).join('') };
}

const update = (event: object) => ({ type: 'modelStreamUpdateEvent', event });
const call = { type: 'beforeModelCallEvent', projectedInputTokens: 100 };
const start = update({ type: 'modelMessageStartEvent', role: 'assistant' });
const says = (text: string) =>
  update({ type: 'modelContentBlockDeltaEvent', delta: { type: 'textDelta', text } });
const stop = (stopReason: string) => update({ type: 'modelMessageStopEvent', stopReason });
const metadata = (more: object = {}) =>
  update({
    type: 'modelMetadataEvent',
    usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
    ...more,
  });

const answer = (...texts: string[]) => [call, start, ...texts.map(says), stop('endTurn'), metadata()];

function toolRound(id: string, status: 'success' | 'error' = 'success') {
  const toolUse = { toolUseId: id, name: 'search_content', input: { query: 'hours' } };
  const result = new ToolResultBlock({ toolUseId: id, status, content: [new TextBlock('nine')] });
  const toolRequest = new Message({ role: 'assistant', content: [new ToolUseBlock(toolUse)] });
  const answered = new Message({ role: 'user', content: [result] });
  return [
    ...[call, start, says('Let me look.'), stop('toolUse'), metadata()],
    { type: 'beforeToolCallEvent', toolUse },
    { type: 'afterToolCallEvent', toolUse, result },
    { type: 'messageAddedEvent', message: toolRequest },
    { type: 'messageAddedEvent', message: answered },
  ];
}

describe('a turn', () => {
  it('replies with exactly the text that was streamed', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string(), { maxLength: 4 }), { maxLength: 4 }), (messages) => {
        const { log, text } = logOf(messages.flatMap((pieces) => answer(...pieces)));

        expect(text).toBe(log.reply);
        expect(log.reply.replaceAll('\n\n', '')).toBe(messages.flat().join('').replaceAll('\n\n', ''));
      }),
    );
  });

  it('sends its session before any other event, once', () => {
    const { sent } = logOf([...toolRound('t1'), ...answer('At nine.')]);

    expect(sent[0]).toEqual(['session', { sessionId: 'session-1' }]);
    expect(sent.filter(([event]) => event === 'session')).toHaveLength(1);
  });

  it('records tool calls with their outcomes, in order', () => {
    const { log, sent } = logOf([...toolRound('t1', 'error'), ...toolRound('t2'), ...answer('At nine.')]);

    const input = { query: 'hours' };
    expect(log.toolCalls).toEqual([
      { id: 't1', name: 'search_content', input, status: 'error' },
      { id: 't2', name: 'search_content', input, status: 'success' },
    ]);
    expect(sent).toContainEqual(['tool_call', { id: 't1', name: 'search_content', input }]);
    expect(sent).toContainEqual(['tool_result', { id: 't1', name: 'search_content', status: 'error' }]);
  });

  it('is remembered by its last text, without tool results', () => {
    const { log } = logOf([...toolRound('t1'), ...answer('At nine.')]);

    expect(log.remembered).toEqual({ message: 'When does it open?', reply: 'At nine.' });
    expect(log.reply).toBe('Let me look.\n\nAt nine.');
  });

  it('is remembered by its whole text when it was stopped', () => {
    const { log } = logOf([call, start, says('Let me look.'), stop('toolUse'), metadata()]);

    expect(log.remembered).toEqual({ message: 'When does it open?', reply: 'Let me look.' });
  });

  it('adds up the tokens of all calls', () => {
    const { log } = logOf([...toolRound('t1'), ...answer('At nine.')]);

    expect(log.usage).toEqual({ inputTokens: 20, outputTokens: 10 });
    log.addUsage({ inputTokens: 1, outputTokens: 2 });
    expect(log.usage).toEqual({ inputTokens: 21, outputTokens: 12 });
  });

  it('estimates the tokens of an answer that was cut off', () => {
    const { log } = logOf([...toolRound('t1'), call, start, says('x'.repeat(40))]);

    expect(log.usage).toEqual({ inputTokens: 110, outputTokens: 15 });
  });

  it('does not charge for a call without a response', () => {
    expect(logOf([call]).log.usage).toEqual({ inputTokens: 0, outputTokens: 0 });
  });
});

describe('a turn in which the guardrail intervened', () => {
  const intervened = (guardrail: object) =>
    logOf(
      [call, start, says('I cannot help.'), stop('guardrailIntervened'), metadata({ trace: { guardrail } })],
      'my secret',
    ).log;
  const blocked = { p: { words: [{ action: 'BLOCKED', detected: true }] } };

  it('records nothing of a blocked message', () => {
    const log = intervened({ inputAssessment: blocked });

    expect(log.guardrail).toMatchObject({ action: 'intervened', source: 'input' });
    expect(log.message).toBe(blockedMessage);
    expect(JSON.stringify(log.remembered)).not.toContain('secret');
  });

  it('records the message when the answer was blocked', () => {
    const log = intervened({ outputAssessments: { g: [blocked] } });

    expect(log.message).toBe('my secret');
    expect(log.remembered).toEqual({ message: 'my secret', reply: 'I cannot help.' });
  });
});
