import type { Recording } from '../decoding/recording.ts';
import { notReadable } from '../decoding/unreadable.ts';
import type { WatchedObject } from '../decoding/object-reader.ts';
import { readWav, wavSamples } from '../wav/read-wav.ts';

/**
 * Opens a WAV file.
 * @throws DomainError `unsupported-media` saying what is wrong with the file
 */
export async function openWav(object: WatchedObject): Promise<Recording> {
  const { format, seconds, audio } = await readWav(object.pieces(0), object.size);
  if (seconds === 0) throw notReadable('it has no sound. Check that it plays, and upload it again.');
  const { sampleRate, channels, frameBytes } = format;
  return {
    codec: 'pcm',
    seconds,
    sampleRate,
    channels,
    decodable: true,
    async *samples(from) {
      const skipped = Math.round(from * sampleRate) * frameBytes;
      if (skipped >= audio.bytes) return;
      yield* wavSamples(object.pieces(audio.at + skipped), format, audio.bytes - skipped);
    },
  };
}
