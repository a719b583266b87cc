import { ByteReader } from '../decoding/byte-reader.ts';
import type { ObjectReader } from '../decoding/object-reader.ts';
import type { Recording } from '../decoding/recording.ts';
import { unreadable } from '../decoding/unreadable.ts';
import { type AmrKind, amrKinds, frameBytes, frameSeconds } from './frames.ts';

/**
 * AMR files of telephones (RFC 4867 §5). Amazon Transcribe decodes them; here their frames are counted.
 */

const markBytes = 9;
/** Frames between two looks at the time. */
const framesPerLook = 10_000;

/**
 * Opens an AMR file.
 * @throws DomainError `unsupported-media` with the fault and the remedy
 */
export async function openAmr(object: ObjectReader): Promise<Recording> {
  const head = Buffer.from(await object.range(0, markBytes)).toString('latin1');
  const kind = amrKinds.find(({ mark }) => head.startsWith(mark));
  if (!kind) throw unreadable('it is AMR of several channels. Convert it, for example to MP3.');
  const frames = await countFrames(object, kind);
  if (frames === 0) throw unreadable('it has no sound. Check that it plays, and upload it again.');
  return {
    codec: 'amr',
    seconds: frames * frameSeconds,
    sampleRate: kind.sampleRate,
    channels: 1,
    decodable: false,
    // biome-ignore lint/correctness/useYield: there is nothing to yield
    async *samples() {
      throw unreadable('its audio is AMR, which cannot be decoded here. Convert it, for example to MP3.');
    },
  };
}

/** Whole frames up to the end of the file. */
async function countFrames(object: ObjectReader, kind: AmrKind): Promise<number> {
  const from = kind.mark.length;
  const reader = new ByteReader(object.pieces(from), from);
  for (let frames = 0; ; frames += 1) {
    if (frames % framesPerLook === 0) object.look();
    const [head] = await reader.peek(1);
    if (head === undefined) return frames;
    const size = frameBytes(kind, head);
    if (size === undefined) {
      throw unreadable(
        `it is damaged at byte ${reader.position}. Check that it plays, and convert it again.`,
      );
    }
    if (reader.position + size > object.size) return frames;
    await reader.skip(size);
  }
}
