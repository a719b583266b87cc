import { ByteReader } from '../decoding/byte-reader.ts';
import type { ObjectReader } from '../decoding/object-reader.ts';
import type { Recording } from '../decoding/recording.ts';
import { unreadable } from '../decoding/unreadable.ts';

/**
 * AMR files of telephones (RFC 4867 §5). Amazon Transcribe decodes them; here their frames are counted. A frame is 20 ms, and the first
 * of its bytes names its type, which gives its size.
 */

const frameSeconds = 0.02;
/** Bytes of frames after their first, by type; undefined for a type that does not exist (RFC 4867 §5.3, 3GPP TS 26.101 and 26.201). */
const narrow = [12, 13, 15, 17, 19, 20, 26, 31, 5, 6, 5, 5, undefined, undefined, undefined, 0];
const wide = [17, 23, 32, 36, 40, 46, 50, 58, 60, 5, undefined, undefined, undefined, undefined, 0, 0];
const kinds = [
  { mark: '#!AMR-WB\n', sampleRate: 16_000, sizes: wide },
  { mark: '#!AMR\n', sampleRate: 8000, sizes: narrow },
] as const;
const markBytes = 9;
/** Frames between two looks at the time. */
const framesPerLook = 10_000;

/**
 * Opens an AMR file.
 * @throws DomainError `unsupported-media` with the fault and the remedy
 */
export async function openAmr(object: ObjectReader): Promise<Recording> {
  const head = Buffer.from(await object.range(0, markBytes)).toString('latin1');
  const kind = kinds.find(({ mark }) => head.startsWith(mark));
  if (!kind) throw unreadable('it is AMR of several channels. Convert it, for example to MP3.');
  const frames = await countFrames(object, kind.mark.length, kind.sizes);
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
async function countFrames(
  object: ObjectReader,
  from: number,
  sizes: readonly (number | undefined)[],
): Promise<number> {
  const reader = new ByteReader(object.pieces(from), from);
  for (let frames = 0; ; frames += 1) {
    if (frames % framesPerLook === 0) object.look();
    const head = await reader.peek(1);
    if (head.length === 0) return frames;
    const size = sizes[((head[0] ?? 0) >> 3) & 15];
    if (size === undefined) {
      throw unreadable(
        `it is damaged at byte ${reader.position}. Check that it plays, and convert it again.`,
      );
    }
    if (reader.position + 1 + size > object.size) return frames;
    await reader.skip(1 + size);
  }
}
