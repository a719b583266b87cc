import type { ConverseRequest } from '@aws-sdk/client-bedrock-runtime';
import type { Thought } from './chat/respond.ts';

/** Decides on the reply to a request; undefined leaves it to the stand-in. */
export type Mind = (request: ConverseRequest) => Thought | undefined;

/**
 * Replies fixed for a test: the next chat requests get them, in order, instead of the stand-in's own. Empty unless a test
 * fills it.
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

  /** Lets a test decide where no reply is fixed, for example as a model that follows any order it reads. */
  think(mind: Mind | undefined): this {
    this.#mind = mind;
    return this;
  }

  next(request: ConverseRequest): Thought | undefined {
    return this.#replies.shift() ?? this.#mind?.(request);
  }
}
