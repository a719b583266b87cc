import { DomainError } from '../../domain/errors.ts';

/** What can be read, for sentences that say so. */
export const readable = 'WAV, MP3, FLAC, Ogg with Opus, and MP4 or M4A with AAC, MP3, Opus, FLAC or PCM';

/** Rates a recording may have, in samples a second, and channels. Our own: beyond them is no speech. */
export const rates = { least: 4000, most: 384_000 } as const;
export const channelsMost = 8;

/**
 * A file that is refused.
 * @param detail a sentence saying what is wrong with it and what would do
 */
export function notReadable(detail: string, cause?: unknown): DomainError {
  return new DomainError('unsupported-media', `The recording cannot be transcribed: ${detail}`, { cause });
}

/** A file that says more than is there. */
export const cutShort = (detail: string) =>
  notReadable(`${detail}; it is cut short or damaged. Upload the whole file.`);

/** @throws DomainError `unsupported-media` for a sound that is none */
export function checkSound({ sampleRate, channels }: { sampleRate: number; channels: number }): void {
  if (!(sampleRate >= rates.least && sampleRate <= rates.most)) {
    throw notReadable(
      `its sample rate is ${sampleRate} Hz; ${rates.least} to ${rates.most} can be read. Convert it, for example to 16000 Hz.`,
    );
  }
  if (!(channels >= 1 && channels <= channelsMost)) {
    throw notReadable(
      `it says it has ${channels} channels; 1 to ${channelsMost} can be read. Convert it to one or two.`,
    );
  }
}
