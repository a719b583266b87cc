import type { ConverseRequest } from '@aws-sdk/client-bedrock-runtime';
import type { Thought } from './chat/think.ts';

/** What is made of a request; undefined leaves it to the stand-in. */
export type Mind = (request: ConverseRequest) => Thought | undefined;

/**
 * Replies fixed for a test: the next chat requests get them, in order, instead of what the stand-in would make of the
 * conversation. Empty unless a test fills it.
 */
export class Script {
  readonly #replies: Thought[] = [];
  #mind: Mind | undefined;

  /** The text of a reply. */
  say(text: string): this {
    this.#replies.push({ kind: 'text', text });
    return this;
  }

  /** A tool the model asks for. */
  call(name: string, input: Record<string, unknown>): this {
    this.#replies.push({ kind: 'calls', calls: [{ name, input }] });
    return this;
  }

  /** Lets a test think for the model, where no reply is fixed: one that believes whatever it reads, say. */
  think(mind: Mind | undefined): this {
    this.#mind = mind;
    return this;
  }

  next(request: ConverseRequest): Thought | undefined {
    return this.#replies.shift() ?? this.#mind?.(request);
  }
}
