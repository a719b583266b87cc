import type { ChatStreamEvents, Guardrail, ToolCall } from '@nova/shared/api/chat';
import type { TokenUsage } from '@nova/shared/api/common';
import type { AgentStreamEvent, Message, MessageData, ModelStreamEvent } from '@strands-agents/sdk';
import { type RememberedTurn, spokenTurn } from '../../platform/memory/history.ts';
import { blockedMessage, interventionOf } from './guardrail.ts';
import { recordableInput } from './tool-input.ts';

/** Told of everything as it happens. */
export type ChatListener = <K extends keyof ChatStreamEvents>(event: K, data: ChatStreamEvents[K]) => void;

/** Characters of a token: the rule of thumb for a model's answer that was cut off before it said its count. */
const charsPerToken = 4;

/** What happens in one turn of the agent, put together from Strands' events. */
export class TurnLog {
  readonly #tell: ChatListener;
  readonly #message: string;
  readonly #sessionId: string;
  readonly #toolCalls = new Map<string, ToolCall>();
  readonly #exchanges: MessageData[] = [];
  readonly #usage = { inputTokens: 0, outputTokens: 0 };
  #reply = '';
  /** Text of the model's newest message. */
  #newest = '';
  #call: { readonly projected: number; chars: number; answering: boolean } | undefined;
  #trace: unknown;
  #intervened = false;
  #opened = false;
  #askedForTools: Message | undefined;

  /** @param tell is told what a stream's client sees, the session first, once the model answers */
  constructor(message: string, sessionId: string, tell: ChatListener) {
    this.#message = message;
    this.#sessionId = sessionId;
    this.#tell = tell;
  }

  /** All the text of the turn, as it was streamed. */
  get reply(): string {
    return this.#reply;
  }

  get toolCalls(): ToolCall[] {
    return [...this.#toolCalls.values()];
  }

  get guardrail(): Guardrail | undefined {
    return this.#intervened ? interventionOf(this.#trace) : undefined;
  }

  /** The user's message as it may be kept. */
  get message(): string {
    return this.guardrail?.source === 'input' ? blockedMessage : this.#message;
  }

  /** Tokens used, those of a call that was cut off estimated: whoever hangs up does not answer for free. */
  get usage(): TokenUsage {
    const { inputTokens, outputTokens } = this.#usage;
    if (!this.#call?.answering) return { inputTokens, outputTokens };
    return {
      inputTokens: inputTokens + this.#call.projected,
      outputTokens: outputTokens + Math.ceil(this.#call.chars / charsPerToken),
    };
  }

  /**
   * The turn as the model will read it again. After an intervention only the words are kept.
   */
  get remembered(): RememberedTurn {
    const last = this.#newest.trim() === '' ? this.#reply : this.#newest;
    const [asked, answered] = spokenTurn(this.message, this.guardrail ? this.#reply : last);
    const exchanges = this.guardrail ? [] : this.#exchanges;
    return [asked, ...exchanges, answered].filter((message) => message !== undefined);
  }

  /** Text that the platform, not the model, adds to the reply. */
  say(text: string): void {
    this.#newest = text;
    this.#text(text);
  }

  take(event: AgentStreamEvent): void {
    switch (event.type) {
      case 'beforeModelCallEvent':
        this.#call = { projected: event.projectedInputTokens ?? 0, chars: 0, answering: false };
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
      case 'messageAddedEvent':
        this.#takeMessage(event.message);
        break;
    }
  }

  #takeModelEvent(event: ModelStreamEvent): void {
    switch (event.type) {
      case 'modelMessageStartEvent':
        if (this.#call) this.#call.answering = true;
        this.#newest = '';
        this.#open();
        break;
      case 'modelContentBlockDeltaEvent':
        if (event.delta.type === 'textDelta') this.#takeText(event.delta.text);
        if (event.delta.type === 'toolUseInputDelta') this.#written(event.delta.input);
        break;
      case 'modelMessageStopEvent':
        this.#intervened ||= event.stopReason === 'guardrailIntervened';
        break;
      case 'modelMetadataEvent':
        this.#call = undefined;
        this.#trace = event.trace;
        this.#usage.inputTokens += event.usage?.inputTokens ?? 0;
        this.#usage.outputTokens += event.usage?.outputTokens ?? 0;
        break;
    }
  }

  #open(): void {
    if (this.#opened) return;
    this.#opened = true;
    this.#tell('session', { sessionId: this.#sessionId });
  }

  #takeText(text: string): void {
    if (text === '') return;
    this.#written(text);
    const startsMessage = this.#newest === '' && this.#reply !== '';
    this.#newest += text;
    this.#text(startsMessage ? `\n\n${text}` : text);
  }

  #text(text: string): void {
    this.#reply += text;
    this.#tell('text', { text });
  }

  #written(text: string): void {
    if (this.#call) this.#call.chars += text.length;
  }

  /** Strands adds a tool use and its results together, once the tools have run. */
  #takeMessage(message: Message): void {
    const has = (type: string) => message.content.some((block) => block.type === type);
    if (message.role === 'assistant') {
      this.#askedForTools = has('toolUseBlock') ? message : undefined;
      return;
    }
    if (!this.#askedForTools || !has('toolResultBlock')) return;
    this.#exchanges.push(bare(this.#askedForTools), bare(message));
    this.#askedForTools = undefined;
  }
}

/** A message without what only Strands needs. */
function bare(message: Message): MessageData {
  const { role, content } = message.toJSON();
  return { role, content };
}
