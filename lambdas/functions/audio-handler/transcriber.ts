import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing } from '../../models/errors.ts';
import type { SpeechConnection, SpeechModel, Transcription } from '../../models/speech.ts';
import { speechSampleRate } from '../../models/speech.ts';
import { logger } from '../../runtime/instrumentation.ts';
import { withJitter } from '../../runtime/retry.ts';

/** Attempts of one utterance, each on a new connection; the wait before the next doubles from this many milliseconds. */
const maxAttempts = 5;
const firstWaitMs = 500;

export interface TranscriberDependencies {
  readonly speech: SpeechModel;
  readonly language?: string | undefined;
  readonly signal: AbortSignal;
}

/** Transcribes one utterance after another, over as many connections as that takes. */
export class Transcriber {
  readonly used = { inputTokens: 0, outputTokens: 0, model: '' };
  readonly #dependencies: TranscriberDependencies;
  #connection: SpeechConnection | undefined;
  #connections = 0;

  constructor(dependencies: TranscriberDependencies) {
    this.#dependencies = dependencies;
  }

  /** Number of connections so far: labels of speakers are valid within one of them. */
  get connections(): number {
    return this.#connections;
  }

  /** @throws the model's refusal, or the error of the last attempt */
  async transcribe(samples: Float32Array): Promise<Transcription> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const connection = await this.#connectionFor(samples.length / speechSampleRate);
        return await connection.transcribe(samples);
      } catch (error) {
        await this.close();
        this.#dependencies.signal.throwIfAborted();
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

  /** The current connection, or a new one when its time is too short for the audio. */
  async #connectionFor(seconds: number): Promise<SpeechConnection> {
    if (this.#connection && this.#connection.secondsLeft < seconds) await this.close();
    if (this.#connection) return this.#connection;
    const { speech, language, signal } = this.#dependencies;
    this.#connection = await speech.connect({ language, signal });
    this.#connections += 1;
    return this.#connection;
  }

  /** Waits a random time between half the wait and all of it, so that connections refused together do not return together. */
  #pause(attempt: number): Promise<void> {
    const wait = withJitter(firstWaitMs * 2 ** (attempt - 1), 0.5);
    return sleep(wait, undefined, { signal: this.#dependencies.signal });
  }
}
