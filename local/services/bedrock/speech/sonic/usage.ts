import type { Body } from './grammar.ts';

/** Tokens a second of audio counts as. Our own figure: near what the speech model reports. */
const tokensPerSecond = 25;

interface Counts {
  readonly input: { readonly speechTokens: number; readonly textTokens: number };
  readonly output: { readonly speechTokens: number; readonly textTokens: number };
}

const none: Counts = {
  input: { speechTokens: 0, textTokens: 0 },
  output: { speechTokens: 0, textTokens: 0 },
};

/** The usage of a session, reported as Sonic does: the difference since the last report, and the total. */
export class SpeechUsage {
  #total = none;
  #reported = none;

  addInput({ seconds = 0, textTokens = 0 }: { seconds?: number; textTokens?: number }): void {
    const { input, output } = this.#total;
    const speechTokens = input.speechTokens + Math.ceil(seconds * tokensPerSecond);
    this.#total = { input: { speechTokens, textTokens: input.textTokens + textTokens }, output };
  }

  addOutput(textTokens: number): void {
    const { input, output } = this.#total;
    this.#total = { input, output: { ...output, textTokens: output.textTokens + textTokens } };
  }

  report(): Body {
    const [total, before] = [this.#total, this.#reported];
    this.#reported = total;
    const delta = {
      input: difference(total.input, before.input),
      output: difference(total.output, before.output),
    };
    const totalInputTokens = total.input.speechTokens + total.input.textTokens;
    const totalOutputTokens = total.output.speechTokens + total.output.textTokens;
    const totalTokens = totalInputTokens + totalOutputTokens;
    return { details: { delta, total }, totalInputTokens, totalOutputTokens, totalTokens };
  }
}

const difference = (now: Counts['input'], before: Counts['input']) => ({
  speechTokens: now.speechTokens - before.speechTokens,
  textTokens: now.textTokens - before.textTokens,
});
