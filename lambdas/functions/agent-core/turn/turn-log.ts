import type { ChatStreamEvents, Guardrail, ToolCall } from '@nova/shared/api/chat';
import type { TokenUsage } from '@nova/shared/api/common';
import type { AgentStreamEvent, ModelStreamEvent } from '@strands-agents/sdk';
import type { Replacement } from '../../../models/guardrail.ts';
import { interventionOf } from '../../../models/guardrail-trace.ts';
import type { RememberedTurn } from '../../../session-memory/history.ts';
import { TokenMeter } from '../model/token-meter.ts';
import { recordableInput } from './tool-call-log.ts';

/** What stands in memory and on record for words the guardrail refused to read. */
export const blockedMessage = '[Blocked by the guardrail]';

/** Told of everything as it happens. */
export type ChatListener = <K extends keyof ChatStreamEvents>(event: K, data: ChatStreamEvents[K]) => void;

/** What happens in one turn of the agent, put together from Strands' events. */
export class TurnLog {
  readonly #tell: ChatListener;
  readonly #message: string;
  readonly #sessionId: string;
  readonly #toolCalls = new Map<string, ToolCall>();
  readonly #tokens = new TokenMeter();
  #reply = '';
  /** Text of the model's newest message. */
  #newest = '';
  #trace: unknown;
  #intervened = false;
  #withdrawal: Guardrail | undefined;
  #opened = false;

  /** @param tell is told what a stream's client sees, the session first */
  constructor(message: string, sessionId: string, tell: ChatListener) {
    this.#message = message;
    this.#sessionId = sessionId;
    this.#tell = tell;
  }

  /** All the text of the turn as it was streamed, or what stands in its place. */
  get reply(): string {
    return this.#reply;
  }

  get toolCalls(): ToolCall[] {
    return [...this.#toolCalls.values()];
  }

  get guardrail(): Guardrail | undefined {
    return this.#withdrawal ?? (this.#intervened ? interventionOf(this.#trace) : undefined);
  }

  /** Whether what was streamed does not stand. */
  get withdrawn(): boolean {
    return this.#withdrawal !== undefined;
  }

  /** The user's message as it may be kept. */
  get message(): string {
    return this.guardrail?.source === 'input' ? blockedMessage : this.#message;
  }

  get usage(): TokenUsage {
    return this.#tokens.usage;
  }

  /** The turn as the model will read it again: its last words on the message, or all of them where it was stopped. */
  get remembered(): RememberedTurn {
    const last = this.#newest.trim() === '' || this.guardrail ? this.#reply : this.#newest;
    return { message: this.message, reply: last };
  }

  /** Counts tokens that something beside the answer took. */
  alsoUsed(usage: TokenUsage): void {
    this.#tokens.add(usage);
  }

  /** Adds a sentence of the platform's own, not the model's, to the reply. */
  say(sentence: string): void {
    this.open();
    this.#newest = '';
    this.#addText(sentence);
  }

  /** Takes back the reply, which the guardrail refused once it was whole. */
  withdraw({ reply, policies }: Replacement): void {
    this.#withdrawal = { action: 'intervened', source: 'output', policies: [...policies] };
    this.#reply = reply;
    this.#newest = '';
  }

  take(event: AgentStreamEvent): void {
    switch (event.type) {
      case 'beforeModelCallEvent':
        this.#tokens.callBegins(event.projectedInputTokens ?? 0);
        break;
      case 'modelStreamUpdateEvent':
        this.#takeModelEvent(event.event);
        break;
      case 'beforeToolCallEvent': {
        const { toolUseId: id, name, input } = event.toolUse;
        this.#toolCalls.set(id, { id, name, input: recordableInput(input), status: 'error' });
        this.#tell('tool_call', { id, name, input });
        break;
      }
      case 'afterToolCallEvent': {
        const { toolUseId: id, name, input } = event.toolUse;
        const { status } = event.result;
        this.#toolCalls.set(id, { id, name, input: recordableInput(input), status });
        this.#tell('tool_result', { id, name, status });
        break;
      }
    }
  }

  #takeModelEvent(event: ModelStreamEvent): void {
    switch (event.type) {
      case 'modelMessageStartEvent':
        this.#tokens.answerBegins();
        this.#newest = '';
        this.open();
        break;
      case 'modelContentBlockDeltaEvent':
        if (event.delta.type === 'textDelta') this.#takeText(event.delta.text);
        if (event.delta.type === 'toolUseInputDelta') this.#tokens.wrote(event.delta.input);
        break;
      case 'modelMessageStopEvent':
        this.#intervened ||= event.stopReason === 'guardrailIntervened';
        break;
      case 'modelMetadataEvent':
        this.#tokens.callEnds(event.usage);
        this.#trace = event.trace;
        break;
    }
  }

  /** Tells of the session, once. */
  open(): void {
    if (this.#opened) return;
    this.#opened = true;
    this.#tell('session', { sessionId: this.#sessionId });
  }

  #takeText(text: string): void {
    this.#tokens.wrote(text);
    if (text !== '') this.#addText(text);
  }

  /** The texts of a turn's messages are paragraphs of one reply. */
  #addText(text: string): void {
    const startsParagraph = this.#newest === '' && this.#reply !== '';
    const streamed = startsParagraph ? `\n\n${text}` : text;
    this.#newest += text;
    this.#reply += streamed;
    this.#tell('text', { text: streamed });
  }
}
