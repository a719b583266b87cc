import type { ContentObjects } from '../../../content/objects.ts';
import { objectBytes } from '../../object-bytes.ts';
import { since } from '../mix.ts';
import { type Recording, refuseOdd, unreadable } from '../recording.ts';
import { findFrame } from './find-frame.ts';
import { framesIn } from './frames.ts';
import { readHead } from './stream-info.ts';

/** Samples that a byte of FLAC may stand for at most: digital silence. Our own, ten times what encoders reach. */
const samplesPerByteMost = 65_536;

/** A FLAC file. */
export async function flacRecording(objects: ContentObjects, key: string, bytes: number): Promise<Recording> {
  const { info, audioAt } = await readHead(objects, key, bytes);
  const { sampleRate, channels, total } = info;
  refuseOdd(sampleRate, channels);
  if (total > (bytes - audioAt) * samplesPerByteMost) {
    throw unreadable(
      `its header says ${total} samples, which ${bytes - audioAt} bytes cannot hold; it is cut short.`,
    );
  }
  if (total === 0)
    throw unreadable('its header does not say how long it is; encode it again from a file, not a pipe.');
  const file = { objects, key, bytes, info, audioAt };
  return {
    codec: 'flac',
    seconds: total / sampleRate,
    sampleRate,
    decodable: true,
    async *samples(from) {
      const wanted = Math.round(from * sampleRate);
      const start = await findFrame(file, wanted);
      for await (const { at, samples } of framesIn(objectBytes(objects, key, bytes, start), info)) {
        const heard = since(wanted, at, samples);
        if (heard) yield heard;
      }
    },
  };
}
