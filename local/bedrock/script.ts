import type { Thought } from './chat/think.ts';

/**
 * Replies fixed for a test: the next chat requests get them, in order, instead of what the stand-in would make of the
 * conversation. Empty unless a test fills it.
 */
export class Script {
  readonly #replies: Thought[] = [];

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

  next(): Thought | undefined {
    return this.#replies.shift();
  }
}
