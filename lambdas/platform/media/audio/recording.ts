import { DomainError } from '../../../domain/errors.ts';

/** A recording that can be listened to from any second on. */
export interface Recording {
  /** As its container names it: `pcm`, `mp3`, `flac`, `opus`, `aac`. */
  readonly codec: string;
  /** Seconds it lasts. */
  readonly seconds: number;
  /** Samples a second of {@link samples}. */
  readonly sampleRate: number;
  /** False where nothing here can decode it: `samples` then throws. */
  readonly decodable: boolean;
  /**
   * The audio from a second on to the end, as it comes, mixed to one channel, from -1 to 1. Only what is being decoded
   * is held.
   * @throws DomainError `unsupported-media` when the file turns out to be damaged; what S3 fails with, as it is
   */
  samples(from: number): AsyncGenerator<Float32Array>;
}

/** Sample rates that a person might record with. Our own. */
const rates = { least: 4000, most: 384_000 } as const;
const channelsMost = 8;

/** A file that cannot be listened to, with what is wrong and what would do. */
export function unreadable(detail: string, options?: ErrorOptions): DomainError {
  return new DomainError('unsupported-media', `The recording cannot be transcribed: ${detail}`, options);
}

/** @throws DomainError `unsupported-media` naming what is out of bounds */
export function refuseOdd(sampleRate: number, channels: number): void {
  if (!(channels >= 1 && channels <= channelsMost)) {
    throw unreadable(`it says it has ${channels} channels; 1 to ${channelsMost} can be read.`);
  }
  if (!(sampleRate >= rates.least && sampleRate <= rates.most)) {
    throw unreadable(`its sample rate is ${sampleRate} Hz; ${rates.least} to ${rates.most} can be read.`);
  }
}
