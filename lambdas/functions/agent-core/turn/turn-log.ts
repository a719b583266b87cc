import type { ChatStreamEvents, Guardrail, ToolCall } from '@nova/shared/api/chat';
import type { TokenUsage } from '@nova/shared/api/common';
import type { AgentStreamEvent, ModelStreamEvent } from '@strands-agents/sdk';
import type { Replacement } from '../../../models/guardrail.ts';
import { interventionOf } from '../../../models/guardrail-trace.ts';
import type { RememberedTurn } from '../../../session-memory/history.ts';
import { TokenMeter } from '../model/token-meter.ts';
import { ToolCallLog } from './tool-call-log.ts';

/** Replaces, in memory and on record, a message that the guardrail blocked. */
export const blockedMessage = '[Blocked by the guardrail]';

/** Gets each event of a turn as it happens. */
export type ChatListener = <K extends keyof ChatStreamEvents>(event: K, data: ChatStreamEvents[K]) => void;

/** The log of one turn, built from Strands' events. */
export class TurnLog {
  readonly #emit: ChatListener;
  readonly #message: string;
  readonly #sessionId: string;
  readonly #toolCalls = new ToolCallLog();
  readonly #tokens = new TokenMeter();
  #reply = '';
  /** Text of the model's newest message. */
  #newestText = '';
  #trace: unknown;
  #intervened = false;
  #withdrawal: Guardrail | undefined;
  #sessionAnnounced = false;

  /** @param emit gets the events that a stream's client sees, the session first */
  constructor(message: string, sessionId: string, emit: ChatListener) {
    this.#message = message;
    this.#sessionId = sessionId;
    this.#emit = emit;
  }

  /** The complete text of the turn as it was streamed, or its replacement. */
  get reply(): string {
    return this.#reply;
  }

  get toolCalls(): ToolCall[] {
    return this.#toolCalls.calls;
  }

  get guardrail(): Guardrail | undefined {
    return this.#withdrawal ?? (this.#intervened ? interventionOf(this.#trace) : undefined);
  }

  /** Whether a replacement has taken the place of the streamed text. */
  get withdrawn(): boolean {
    return this.#withdrawal !== undefined;
  }

  /** The user's message, or {@link blockedMessage} if it may not be kept. */
  get message(): string {
    return this.guardrail?.source === 'input' ? blockedMessage : this.#message;
  }

  get usage(): TokenUsage {
    return this.#tokens.usage;
  }

  /** The turn for the model's memory: its last message, or the whole reply if the turn was stopped or replaced. */
  get remembered(): RememberedTurn {
    const last = this.#newestText.trim() === '' || this.guardrail ? this.#reply : this.#newestText;
    return { message: this.message, reply: last };
  }

  /** Adds tokens that were used beside the answer. */
  addUsage(usage: TokenUsage): void {
    this.#tokens.add(usage);
  }

  /** Adds a sentence to the reply that comes from the platform, not from the model. */
  addNotice(sentence: string): void {
    this.announceSession();
    this.#newestText = '';
    this.#addText(sentence);
  }

  /** Replaces a complete reply that the guardrail refused. */
  withdraw({ reply, policies }: Replacement): void {
    this.#withdrawal = { action: 'intervened', source: 'output', policies: [...policies] };
    this.#reply = reply;
    this.#newestText = '';
  }

  record(event: AgentStreamEvent): void {
    switch (event.type) {
      case 'beforeModelCallEvent':
        this.#tokens.beginCall(event.projectedInputTokens ?? 0);
        break;
      case 'modelStreamUpdateEvent':
        this.#recordModelEvent(event.event);
        break;
      case 'beforeToolCallEvent': {
        const { toolUseId: id, name, input } = event.toolUse;
        this.#toolCalls.record({ id, name, input });
        this.#emit('tool_call', { id, name, input });
        break;
      }
      case 'afterToolCallEvent': {
        const { toolUseId: id, name, input } = event.toolUse;
        const { status } = event.result;
        this.#toolCalls.record({ id, name, input, status });
        this.#emit('tool_result', { id, name, status });
        break;
      }
    }
  }

  /** Emits the session, once. */
  announceSession(): void {
    if (this.#sessionAnnounced) return;
    this.#sessionAnnounced = true;
    this.#emit('session', { sessionId: this.#sessionId });
  }

  #recordModelEvent(event: ModelStreamEvent): void {
    switch (event.type) {
      case 'modelMessageStartEvent':
        this.#tokens.beginAnswer();
        this.#newestText = '';
        this.announceSession();
        break;
      case 'modelContentBlockDeltaEvent':
        if (event.delta.type === 'textDelta') this.#recordText(event.delta.text);
        if (event.delta.type === 'toolUseInputDelta') this.#tokens.countOutput(event.delta.input);
        break;
      case 'modelMessageStopEvent':
        this.#intervened ||= event.stopReason === 'guardrailIntervened';
        break;
      case 'modelMetadataEvent':
        this.#tokens.endCall(event.usage);
        this.#trace = event.trace;
        break;
    }
  }

  #recordText(text: string): void {
    this.#tokens.countOutput(text);
    if (text !== '') this.#addText(text);
  }

  /** Each message of the model becomes a paragraph of the reply. */
  #addText(text: string): void {
    const startsParagraph = this.#newestText === '' && this.#reply !== '';
    const streamed = startsParagraph ? `\n\n${text}` : text;
    this.#newestText += text;
    this.#reply += streamed;
    this.#emit('text', { text: streamed });
  }
}
