import { type FrameHeader, frameHeaderAt, isSameStream } from './frame-header.ts';

export interface Frame {
  readonly header: FrameHeader;
  readonly bytes: Uint8Array;
}

/** Bytes looked through for a frame before a file counts as something else. Our own. */
const searchBytes = 256 * 1024;
const headerBytes = 4;

/** An MP3 file has no frame where one was looked for. */
export class NoFrameError extends Error {
  override readonly name = 'NoFrameError';
}

/**
 * The frames of an MP3 stream. What is between frames, damage or tags, is passed over; a frame cut off at the end is
 * left out.
 * @param pieces of the stream, from anywhere on
 * @param like a frame of the same stream, where one is known
 * @throws NoFrameError after a stretch without any
 */
export async function* framesIn(
  pieces: AsyncIterable<Uint8Array>,
  like?: FrameHeader,
): AsyncGenerator<Frame> {
  let held: Uint8Array = new Uint8Array(0);
  let known = like;
  let passed = 0;
  let inStep = false;
  for await (const piece of pieces) {
    held = held.length > 0 ? Buffer.concat([held, piece]) : piece;
    let at = 0;
    for (;;) {
      const header = at + headerBytes <= held.length ? frameHeaderAt(held, at) : undefined;
      const end = at + (header?.bytes ?? 0);
      // The next frame's header is looked at as well, so more is needed, unless nothing can begin here.
      if (at + headerBytes > held.length || (header && end + headerBytes > held.length)) break;
      if (header && (!known || isSameStream(known, header)) && (inStep || follows(held, end, header))) {
        known ??= header;
        yield { header, bytes: held.subarray(at, end) };
        inStep = follows(held, end, header);
        passed = 0;
        at = end;
        continue;
      }
      inStep = false;
      at += 1;
      passed += 1;
      if (passed > searchBytes) throw new NoFrameError(`${passed} bytes without a frame`);
    }
    held = held.subarray(at);
  }
  const last = frameHeaderAt(held, 0);
  if (last && inStep && last.bytes <= held.length)
    yield { header: last, bytes: held.subarray(0, last.bytes) };
}

const follows = (held: Uint8Array, end: number, header: FrameHeader) => {
  const next = frameHeaderAt(held, end);
  return next !== undefined && isSameStream(header, next);
};
