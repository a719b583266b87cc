import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing } from '../../models/errors.ts';
import type { Heard, SpeechConnection, SpeechModel } from '../../models/speech.ts';
import { speechSampleRate } from '../../models/speech.ts';
import { logger } from '../../runtime/instrumentation.ts';

/** Tries of one utterance, each on a new connection; the wait before another doubles from this many milliseconds. */
const maxAttempts = 5;
const firstWaitMs = 500;

export interface ListenerOptions {
  readonly speech: SpeechModel;
  readonly language?: string | undefined;
  readonly signal: AbortSignal;
}

/** Listens to one utterance after another, over as many connections as that takes. */
export class Listener {
  readonly used = { inputTokens: 0, outputTokens: 0, model: '' };
  readonly #options: ListenerOptions;
  #connection: SpeechConnection | undefined;
  #connections = 0;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** How many connections there were: labels of speakers mean something inside one of them. */
  get connections(): number {
    return this.#connections;
  }

  /** @throws what the model refused with, or what kept every try from an answer */
  async hear(samples: Float32Array): Promise<Heard> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const connection = await this.#connectionFor(samples.length / speechSampleRate);
        return await connection.hear(samples);
      } catch (error) {
        await this.close();
        this.#options.signal.throwIfAborted();
        if (!isPassing(error) || attempt >= maxAttempts) throw error;
        logger.warn('The connection to the speech model was lost', error as Error);
        await this.#pause(attempt);
      }
    }
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    if (!connection) return;
    this.#connection = undefined;
    await connection.close();
    this.used.inputTokens += connection.usage.inputTokens;
    this.used.outputTokens += connection.usage.outputTokens;
    this.used.model = connection.model;
  }

  /** The connection there is, or a new one when its time does not last for the audio. */
  async #connectionFor(seconds: number): Promise<SpeechConnection> {
    if (this.#connection && this.#connection.secondsLeft < seconds) await this.close();
    if (this.#connection) return this.#connection;
    const { speech, language, signal } = this.#options;
    this.#connection = await speech.connect({ language, signal });
    this.#connections += 1;
    return this.#connection;
  }

  /** Random between half the wait and all of it, so that connections refused together do not come back together. */
  #pause(attempt: number): Promise<void> {
    const wait = firstWaitMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
    return sleep(wait, undefined, { signal: this.#options.signal });
  }
}
