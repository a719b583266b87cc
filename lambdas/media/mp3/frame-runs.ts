import { ByteReader } from '../decoding/byte-reader.ts';
import type { ObjectReader } from '../decoding/object-reader.ts';
import { headerBytes, isSameStream, parseFrameHeader } from '../signatures/mpeg-header.ts';
import { findFrame, findOther, type Layout } from './layout.ts';

/** Consecutive frames. */
export interface FrameRun {
  /** Number of the first frame; the file's first is 0. */
  readonly frame: number;
  readonly count: number;
  /** Offset of the first frame in the file. */
  readonly at: number;
  /** Their bytes; valid until the next run is read. */
  readonly bytes: Uint8Array;
}

/** The number of a frame and its offset in the file. */
export interface FramePosition {
  readonly frame: number;
  readonly at: number;
}

/** Frames of a run, at most. */
const maxFrames = 64;
/** Bytes searched together: more than two frames of the greatest size, 1,441 bytes. */
const windowBytes = 32 * 1024;

/**
 * The frames from a position on. Bytes outside of any frame are skipped; they count as the frames that would fit in them.
 * @param from a position up to half a frame before the first frame wanted
 * @returns the offset at which they end: with the sound, or where frames of another stream begin
 */
export async function* frameRuns(
  object: ObjectReader,
  layout: Layout,
  from: FramePosition,
): AsyncGenerator<FrameRun, number> {
  const ahead = new ByteReader(object.pieces(from.at), from.at);
  let { frame } = from;
  let frameBytes = layout.header.bytes;
  let unknown = 0;
  for (;;) {
    const window = await ahead.peek(windowBytes);
    const isLast = ahead.position + window.length >= object.size;
    const bytes = window.subarray(0, Math.max(0, layout.end - ahead.position));
    if (bytes.length < headerBytes) return layout.end;
    const run = firstRun(bytes, layout);
    if (run.count > 0) {
      yield { frame, count: run.count, at: ahead.position, bytes: bytes.subarray(0, run.bytes) };
      frame += run.count;
      frameBytes = run.bytes / run.count;
      ahead.advance(run.bytes);
      continue;
    }
    const next = findFrame(bytes, 1, layout.header, isLast);
    const other = findOther(bytes, next ?? bytes.length, layout.header, isLast);
    if (other !== undefined) return ahead.position + other;
    // Without one, the last bytes may still be the beginning of a frame that has not been read to its end.
    const skipped = next ?? (isLast ? bytes.length : Math.ceil(bytes.length / 2));
    unknown += skipped;
    ahead.advance(skipped);
    if (next === undefined) continue;
    frame += Math.round(unknown / frameBytes);
    unknown = 0;
  }
}

function firstRun(bytes: Uint8Array, { header: like }: Layout): { count: number; bytes: number } {
  let count = 0;
  let at = 0;
  for (; count < maxFrames; count += 1) {
    const header = parseFrameHeader(bytes, at);
    if (!header || !isSameStream(header, like) || at + header.bytes > bytes.length) break;
    at += header.bytes;
  }
  return { count, bytes: at };
}
