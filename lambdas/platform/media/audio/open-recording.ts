import type { ContentObjects } from '../../content/objects.ts';
import { objectBytes } from '../object-bytes.ts';
import { readWav } from '../wav/read-wav.ts';

/** A recording that can be listened to from any second on. */
export interface Recording {
  readonly codec: string;
  readonly seconds: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly decodable: boolean;
  samples(from: number): AsyncGenerator<Float32Array>;
}

export async function openRecording(
  objects: ContentObjects,
  key: string,
  bytes: number,
  _contentType: string,
): Promise<Recording> {
  const open = () => readWav(objectBytes(objects, key, bytes), bytes);
  const { format, seconds } = await open();
  return {
    codec: 'pcm',
    seconds,
    sampleRate: format.sampleRate,
    channels: format.channels,
    decodable: true,
    async *samples(from) {
      let skip = Math.round(from * format.sampleRate);
      for await (const piece of (await open()).samples) {
        const rest = piece.subarray(Math.min(skip, piece.length));
        skip = Math.max(0, skip - piece.length);
        if (rest.length > 0) yield rest;
      }
    },
  };
}
