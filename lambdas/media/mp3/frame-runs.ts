import { Lookahead } from '../decoding/lookahead.ts';
import type { WatchedObject } from '../decoding/object-reader.ts';
import { headerBytes, isAlike, parseFrameHeader } from './frame-header.ts';
import { findFrame, type Layout } from './layout.ts';

/** Frames that lie one behind the other. */
export interface FrameRun {
  /** Number of the first, from the first of the file. */
  readonly frame: number;
  readonly count: number;
  /** Place of the first in the file. */
  readonly at: number;
  /** Their bytes; good until the next run is asked for. */
  readonly bytes: Uint8Array;
}

/** Where a frame is. */
export interface Place {
  readonly frame: number;
  readonly at: number;
}

/** Frames of a run, at most. */
const framesMost = 64;
/** Bytes looked at together: more than two frames of the greatest size, 1,441 bytes. */
const seenBytes = 32 * 1024;

/**
 * The frames from a place on. Bytes that are no frame are passed over, and count as the frames they have the size of.
 * @param from a place up to half a frame before the first frame wanted
 */
export async function* frameRuns(
  object: WatchedObject,
  layout: Layout,
  from: Place,
): AsyncGenerator<FrameRun> {
  const ahead = new Lookahead(object.pieces(from.at), from.at);
  let { frame } = from;
  let frameBytes = layout.header.bytes;
  let strange = 0;
  for (;;) {
    const seen = await ahead.see(seenBytes);
    const isLast = ahead.position + seen.length >= object.size;
    const bytes = seen.subarray(0, Math.max(0, layout.end - ahead.position));
    if (bytes.length < headerBytes) return;
    const run = firstRun(bytes, layout);
    if (run.count > 0) {
      yield { frame, count: run.count, at: ahead.position, bytes: bytes.subarray(0, run.bytes) };
      frame += run.count;
      frameBytes = run.bytes / run.count;
      ahead.pass(run.bytes);
      continue;
    }
    const next = findFrame(bytes, 1, layout.header, isLast);
    // Without one, the last bytes may still be the beginning of a frame whose rest has not been seen.
    const passed = next ?? (isLast ? bytes.length : Math.ceil(bytes.length / 2));
    strange += passed;
    ahead.pass(passed);
    if (next === undefined) continue;
    frame += Math.round(strange / frameBytes);
    strange = 0;
  }
}

function firstRun(bytes: Uint8Array, { header: like }: Layout): { count: number; bytes: number } {
  let count = 0;
  let at = 0;
  for (; count < framesMost; count += 1) {
    const header = parseFrameHeader(bytes, at);
    if (!header || !isAlike(header, like) || at + header.bytes > bytes.length) break;
    at += header.bytes;
  }
  return { count, bytes: at };
}
