import type { ConverseRequest } from '@aws-sdk/client-bedrock-runtime';
import type { NextStep } from './chat/respond.ts';

/** Returns the next step for a request; undefined leaves it to the stand-in. */
export type Responder = (request: ConverseRequest) => NextStep | undefined;

/**
 * Replies fixed for a test: the next chat requests get them, in order, instead of the stand-in's own. Empty unless a test
 * fills it.
 */
export class Script {
  readonly #replies: NextStep[] = [];
  #responder: Responder | undefined;

  /** The text of a reply. */
  say(text: string): this {
    this.#replies.push({ kind: 'text', text });
    return this;
  }

  /** A tool call of the model. */
  call(name: string, input: Record<string, unknown>): this {
    this.#replies.push({ kind: 'calls', calls: [{ name, input }] });
    return this;
  }

  /** Sets what responds when no reply is fixed, for example a model that follows any instruction it reads. */
  respondWith(responder: Responder | undefined): this {
    this.#responder = responder;
    return this;
  }

  /** Removes what tests have fixed. */
  clear(): void {
    this.#replies.length = 0;
    this.#responder = undefined;
  }

  next(request: ConverseRequest): NextStep | undefined {
    return this.#replies.shift() ?? this.#responder?.(request);
  }
}
