import type { TokenUsage } from '@nova/shared/api/common';

/** Characters of a token: the rule of thumb for an answer that was cut off before the model said its count. */
const charsPerToken = 4;

export const estimatedTokens = (text: string) => Math.ceil(text.length / charsPerToken);

/** Counts the tokens of a turn's model calls. */
export class TokenMeter {
  #inputTokens = 0;
  #outputTokens = 0;
  #open: { readonly projected: number; chars: number; answering: boolean } | undefined;

  /** @param projected input tokens of the call, by Strands' estimate */
  callBegins(projected: number): void {
    this.#open = { projected, chars: 0, answering: false };
  }

  /** The model has taken the call: from here on it is paid for. */
  answerBegins(): void {
    if (this.#open) this.#open.answering = true;
  }

  wrote(text: string): void {
    if (this.#open) this.#open.chars += text.length;
  }

  /** The call ended, and the model said what it took. */
  callEnds(usage: TokenUsage | undefined): void {
    this.#open = undefined;
    if (usage) this.add(usage);
  }

  /** Tokens that something else took. */
  add({ inputTokens, outputTokens }: TokenUsage): void {
    this.#inputTokens += inputTokens;
    this.#outputTokens += outputTokens;
  }

  /** Tokens used, those of a call that was cut off estimated: whoever hangs up does not get an answer for free. */
  get usage(): TokenUsage {
    const [inputTokens, outputTokens] = [this.#inputTokens, this.#outputTokens];
    if (!this.#open?.answering) return { inputTokens, outputTokens };
    const written = Math.ceil(this.#open.chars / charsPerToken);
    return { inputTokens: inputTokens + this.#open.projected, outputTokens: outputTokens + written };
  }
}
