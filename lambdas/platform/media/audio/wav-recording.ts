import type { ContentObjects } from '../../content/objects.ts';
import { objectBytes } from '../object-bytes.ts';
import { decodeWav, readWav } from '../wav/read-wav.ts';
import type { Recording } from './recording.ts';

/** A WAV file. */
export async function wavRecording(objects: ContentObjects, key: string, bytes: number): Promise<Recording> {
  const { format, seconds, audioAt, audioBytes } = await readWav(objectBytes(objects, key, bytes), bytes);
  const { sampleRate, frameBytes } = format;
  return {
    codec: 'pcm',
    seconds,
    sampleRate,
    decodable: true,
    samples(from) {
      const start = audioAt + Math.round(from * sampleRate) * frameBytes;
      return decodeWav(objectBytes(objects, key, audioAt + audioBytes, start), format);
    },
  };
}
