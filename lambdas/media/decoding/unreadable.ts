import { limits } from '@nova/shared/limits';
import { DomainError } from '../../domain/errors.ts';

/** The formats that can be read, for error messages. */
export const readableFormats =
  'WAV, AIFF, AU, Core Audio, MP3, FLAC, AMR, Ogg with Opus, Vorbis or FLAC, and MP4, M4A, WebM or Matroska with AAC, AMR, MP3, Opus, Vorbis, FLAC or PCM';

/** Samples a second, and channels, that a recording may have. Our own: no speech is recorded outside of them. */
const sampleRates = { min: 4000, max: 384_000 } as const;
const maxChannels = 8;

/**
 * The error for a file that cannot be read.
 * @param detail a sentence with the fault and the remedy
 */
export function unreadable(detail: string, cause?: unknown): DomainError {
  return new DomainError('unsupported-media', `The recording cannot be read: ${detail}`, { cause });
}

/** The error for a video that cannot be read; as for a recording. */
export function unreadableVideo(detail: string, cause?: unknown): DomainError {
  return new DomainError('unsupported-media', `The video cannot be read: ${detail}`, { cause });
}

/** Makes the error for a file that cannot be read, from a sentence with the fault and the remedy. */
export type Refuse = (detail: string, cause?: unknown) => DomainError;

/** The sentence for a file that holds less than its header says. */
export const cutShort = (detail: string) => `${detail}; it is cut short or damaged. Upload the whole file.`;

/** The error for a recording that holds less than its header says. */
export const truncated = (detail: string) => unreadable(cutShort(detail));

/** The sentence for a file that only its seller's programs can play. */
export const encrypted =
  'it is encrypted: only programs with its key can play it (DRM). Upload a copy without that protection.';

/** The sentence for a file in which a library found a fault; its own message would mean nothing to the caller. */
export const damagedContainer =
  'its container is damaged, or not of the type that its first bytes say. Check that it plays, and upload it again, or convert it to MP4.';

/** @throws DomainError `unsupported-media` for a sample rate or a number of channels outside of the limits */
export function checkAudioFormat({ sampleRate, channels }: { sampleRate: number; channels: number }): void {
  if (!(sampleRate >= sampleRates.min && sampleRate <= sampleRates.max)) {
    throw unreadable(
      `its sample rate is ${sampleRate} Hz; rates from ${sampleRates.min} to ${sampleRates.max} Hz can be read. Convert it, for example to 16000 Hz.`,
    );
  }
  if (!(channels >= 1 && channels <= maxChannels)) {
    throw unreadable(
      `its header says ${channels} channels; 1 to ${maxChannels} can be read. Convert it to one or two.`,
    );
  }
}

/**
 * @param seconds of the recording or video
 * @param work name of the work
 * @throws DomainError `unsupported-media` when it is too long for that
 */
export function checkLength(seconds: number, work: 'transcribed' | 'analysed' | 'indexed'): void {
  if (seconds <= limits.recordingSeconds) return;
  const lengths = `The file lasts ${minutes(seconds)} minutes, and ${minutes(limits.recordingSeconds)} can be ${work}`;
  throw new DomainError('unsupported-media', `${lengths}; split it and upload the pieces.`);
}

const minutes = (seconds: number) => Math.ceil(seconds / 60);
