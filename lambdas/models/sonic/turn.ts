import { ConnectionEndedError, type Heard, type VoiceDescription } from '../speech.ts';
import type { Output } from './output-events.ts';

/** What stands in the place of words that were not understood. */
export const unrecognised = '[unrecognised speech]';

/**
 * Milliseconds without any event after which no more is expected. Our own: Sonic answers within a second. It counts
 * tokens even of audio without words, so when no event came at all, nobody is there.
 */
const quietMs = { afterWords: 1000, withoutWords: 3000, withoutEvents: 10_000 } as const;

/**
 * One utterance and what comes back for it. Sonic marks no end of a transcription, so a turn is over when all the audio
 * was sent and either the model ended its own turn, or it gave words and their description and went on to count tokens,
 * or it has been quiet for a while.
 */
export class Turn {
  readonly #texts: string[] = [];
  readonly #done = Promise.withResolvers<void>();
  #voice: VoiceDescription | undefined;
  #events = 0;
  #sent = false;
  #over = false;
  #described = false;
  #timer: NodeJS.Timeout | undefined;

  /** All its audio was sent. */
  sentAll(): void {
    this.#sent = true;
    this.#settle();
  }

  take(output: Output): void {
    this.#events += 1;
    if (output.kind === 'words' && output.text.trim() !== '') this.#texts.push(output.text.trim());
    if (output.kind === 'turn-end' && this.#texts.length > 0) this.#over = true;
    if (output.kind === 'usage' && this.#described) this.#over = true;
    this.#settle();
  }

  /** The model used its tool, and was answered. */
  describe(voice: VoiceDescription | undefined): void {
    this.#voice ??= voice;
    this.#described = this.#texts.length > 0;
    this.#settle();
  }

  fail(reason: unknown): void {
    clearTimeout(this.#timer);
    this.#done.reject(reason);
  }

  /** @throws what the turn failed with */
  async heard(): Promise<Heard> {
    await this.#done.promise;
    const words = this.#texts.filter((text) => text !== unrecognised);
    const voice = this.#voice ? { voice: this.#voice } : {};
    if (words.length > 0) return { text: words.join(' '), recognised: true, ...voice };
    return { text: unrecognised, recognised: false, ...voice };
  }

  /** Every event starts the wait for quiet anew. */
  #settle(): void {
    clearTimeout(this.#timer);
    if (!this.#sent) return;
    if (this.#over) {
      this.#done.resolve();
      return;
    }
    this.#timer = setTimeout(() => this.#quiet(), this.#wait());
  }

  #wait(): number {
    if (this.#events === 0) return quietMs.withoutEvents;
    return this.#texts.length > 0 ? quietMs.afterWords : quietMs.withoutWords;
  }

  #quiet(): void {
    if (this.#events > 0) this.#done.resolve();
    else this.#done.reject(new ConnectionEndedError('The speech model fell silent'));
  }
}
