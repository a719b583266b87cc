import type { TokenUsage } from '@nova/shared/api/common';
import type { Emotion } from '@nova/shared/vocabulary';

/** A model that transcribes speech. Audio is mono, 16 kHz. */
export interface SpeechModel {
  /**
   * @param signal ends the connection and every call that waits for it
   * @throws the service's errors; the same errors end a call of `transcribe`, and the connection with it
   */
  connect(session: {
    readonly language?: string | undefined;
    readonly signal: AbortSignal;
  }): Promise<SpeechConnection>;
}

/** A connection to the model. It transcribes one utterance at a time. */
export interface SpeechConnection {
  /** The model, or its stand-in. */
  readonly model: string;
  /** Seconds of audio that the connection still accepts; the silence that ends an utterance counts too. */
  readonly secondsLeft: number;
  /** Tokens used so far. */
  readonly usage: TokenUsage;
  /** @param samples one utterance, from -1 to 1 */
  transcribe(samples: Float32Array): Promise<Transcription>;
  close(): Promise<void>;
}

/** The transcription of one utterance. */
export interface Transcription {
  /** Empty when there was no speech. */
  readonly text: string;
  /** False when the words were not understood. */
  readonly recognised: boolean;
  /** The model's description of the voice, if it gave one. */
  readonly voice?: VoiceDescription;
}

export interface VoiceDescription {
  readonly speaker: string;
  readonly emotion?: { readonly name: Emotion; readonly confidence: number };
  /** Language tag (BCP 47). */
  readonly language?: string;
}

/** The model closed the connection, as it may at any time; a new connection may succeed. */
export class ConnectionEndedError extends Error {
  override readonly name = 'ConnectionEndedError';
}

/** Samples a second that a speech model takes. */
export const speechSampleRate = 16_000;
