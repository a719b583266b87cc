import { BytesEndedError } from './bit-reader.ts';
import { type DecodedFrame, decodeFrame } from './decode-frame.ts';
import { longestFrame } from './find-frame.ts';
import type { StreamInfo } from './stream-info.ts';
import { DamagedFrameError } from './subframe.ts';

/**
 * Decodes a stream from a frame on. What is damaged is passed over: frames say where they belong. A frame cut off at the
 * end is left out.
 * @param pieces of the stream
 */
export async function* framesIn(
  pieces: AsyncIterable<Uint8Array>,
  info: StreamInfo,
): AsyncGenerator<DecodedFrame> {
  const longest = longestFrame(info);
  let held: Uint8Array = new Uint8Array(0);
  for await (const piece of pieces) {
    held = held.length > 0 ? Buffer.concat([held, piece]) : piece;
    held = held.subarray(yield* whole(held, info, held.length - longest));
  }
  yield* whole(held, info, held.length);
}

/**
 * @param until where no other frame is begun, since its end may not be there yet
 * @returns how many bytes were used
 */
function* whole(held: Uint8Array, info: StreamInfo, until: number): Generator<DecodedFrame, number> {
  let at = 0;
  while (at < until) {
    try {
      const frame = decodeFrame(held, at, info);
      yield frame;
      at = frame.end;
    } catch (error) {
      if (!(error instanceof DamagedFrameError || error instanceof BytesEndedError)) throw error;
      const next = held.indexOf(0xff, at + 1);
      at = next < 0 ? held.length : next;
    }
  }
  return Math.min(at, held.length);
}
