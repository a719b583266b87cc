import { ConnectionEndedError, type Transcription, type VoiceDescription } from '../speech.ts';
import type { Output } from './output-events.ts';

/** The text in place of words that were not understood. */
export const unrecognised = '[unrecognised speech]';

/**
 * Milliseconds without any event after which no more is expected. Our own, and several times what Sonic takes: words that come
 * later are lost. A described utterance does not wait: the tokens that Sonic counts after it end the turn.
 */
export const quietMs: QuietMs = { afterWords: 3000, withoutWords: 10_000 };

export interface QuietMs {
  readonly afterWords: number;
  readonly withoutWords: number;
}

/**
 * One utterance and the events it leads to. Sonic does not mark the end of a transcription, so a turn is over when all audio
 * was sent and either the model ended its own turn, or it gave words and their description and then counted tokens, or it
 * has been quiet for a while.
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
  readonly #quietMs: QuietMs;

  constructor(quiet: QuietMs) {
    this.#quietMs = quiet;
  }

  /** All audio of the utterance was sent. */
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

  /** The model used its tool, and its result was sent. */
  describe(voice: VoiceDescription | undefined): void {
    this.#voice ??= voice;
    this.#described = this.#texts.length > 0;
    this.#settle();
  }

  fail(reason: unknown): void {
    clearTimeout(this.#timer);
    this.#done.reject(reason);
  }

  /** @throws the reason of `fail` */
  async transcription(): Promise<Transcription> {
    await this.#done.promise;
    const words = this.#texts.filter((text) => text !== unrecognised);
    const voice = this.#voice ? { voice: this.#voice } : {};
    if (words.length > 0) return { text: words.join(' '), recognised: true, ...voice };
    return { text: unrecognised, recognised: false, ...voice };
  }

  /** Every event restarts the wait for quiet. */
  #settle(): void {
    clearTimeout(this.#timer);
    if (!this.#sent) return;
    if (this.#over) {
      this.#done.resolve();
      return;
    }
    const wait = this.#texts.length > 0 ? this.#quietMs.afterWords : this.#quietMs.withoutWords;
    this.#timer = setTimeout(() => this.#quiet(this.#events), wait);
  }

  /**
   * Events that arrived while the processor was busy are read after the timers, so they are taken first. Sonic counts tokens even
   * for audio without words: without any event the connection is dead.
   */
  #quiet(eventsBefore: number): void {
    setImmediate(() => {
      if (this.#events > eventsBefore) return;
      if (this.#events > 0) this.#done.resolve();
      else this.#done.reject(new ConnectionEndedError('The speech model fell silent'));
    });
  }
}
