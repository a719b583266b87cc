import type { TokenUsage } from '@nova/shared/api/common';
import type { Emotion } from '@nova/shared/vocabulary';

/** A model that writes down what is said. Audio is mono, 16 kHz. */
export interface SpeechModel {
  /**
   * @param signal ends the connection, and whatever waits for it
   * @throws the service's errors; the same errors end a call of `hear`, and the connection with it
   */
  connect(options: {
    readonly language?: string | undefined;
    readonly signal: AbortSignal;
  }): Promise<SpeechConnection>;
}

/** A connection to the model. It hears one utterance at a time. */
export interface SpeechConnection {
  /** What listens: the model, or what says that it stands in for it. */
  readonly model: string;
  /** Seconds of audio the connection still takes; the silence that ends an utterance is counted too. */
  readonly secondsLeft: number;
  /** Tokens used so far. */
  readonly usage: TokenUsage;
  /** @param samples one utterance, from -1 to 1 */
  hear(samples: Float32Array): Promise<Heard>;
  close(): Promise<void>;
}

/** What was heard in one utterance. */
export interface Heard {
  /** Empty when nothing was. */
  readonly text: string;
  /** False when someone spoke and the words were not understood. */
  readonly recognised: boolean;
  /** What the model made of the voice, where it said so. */
  readonly voice?: VoiceDescription;
}

export interface VoiceDescription {
  readonly speaker: string;
  readonly emotion?: { readonly name: Emotion; readonly confidence: number };
  /** Language tag (BCP 47). */
  readonly language?: string;
}

/** The model hung up, as it may at any time; a new connection may do better. */
export class ConnectionEndedError extends Error {
  override readonly name = 'ConnectionEndedError';
}

/** Samples a second that a speech model takes. */
export const speechSampleRate = 16_000;
