import type { TokenUsage } from '@nova/shared/api/common';

/** Characters per token: a rule of thumb for answers that were cut off before the model reported its count. */
const charsPerToken = 4;

export const estimatedTokens = (text: string) => Math.ceil(text.length / charsPerToken);

/** Counts the tokens of a turn's model calls. */
export class TokenMeter {
  #inputTokens = 0;
  #outputTokens = 0;
  #call: { readonly projected: number; chars: number; answering: boolean } | undefined;

  /** @param projected input tokens of the call, by Strands' estimate */
  beginCall(projected: number): void {
    this.#call = { projected, chars: 0, answering: false };
  }

  /** The model has accepted the call, which is billed from here on. */
  beginAnswer(): void {
    if (this.#call) this.#call.answering = true;
  }

  countOutput(text: string): void {
    if (this.#call) this.#call.chars += text.length;
  }

  /** The call ended, with the usage the model reported. */
  endCall(usage: TokenUsage | undefined): void {
    this.#call = undefined;
    if (usage) this.add(usage);
  }

  /** Adds tokens that were used elsewhere. */
  add({ inputTokens, outputTokens }: TokenUsage): void {
    this.#inputTokens += inputTokens;
    this.#outputTokens += outputTokens;
  }

  /** Tokens used. A call that was cut off is estimated, so that a client that disconnects still pays for its answer. */
  get usage(): TokenUsage {
    const [inputTokens, outputTokens] = [this.#inputTokens, this.#outputTokens];
    if (!this.#call?.answering) return { inputTokens, outputTokens };
    const written = Math.ceil(this.#call.chars / charsPerToken);
    return { inputTokens: inputTokens + this.#call.projected, outputTokens: outputTokens + written };
  }
}
