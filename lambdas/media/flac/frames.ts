import { Lookahead } from '../decoding/lookahead.ts';
import { notReadable } from '../decoding/unreadable.ts';
import type { Placed } from '../decoding/timeline.ts';
import type { WatchedObject } from '../decoding/object-reader.ts';
import { type Frame, FrameDecoder } from './frame-decoder.ts';
import type { StreamInfo } from './stream-info.ts';

/** Where the frames of a FLAC file begin, and what they are. */
export interface Layout {
  readonly first: number;
  readonly info: StreamInfo;
}

/** Looks for a frame in one stretch, at most: each costs decoding what was no frame. */
const looksMost = 1000;
/** Bytes read at a place that is looked at. */
const lookBytes = 64 * 1024;

/**
 * The sound from a place in the file on. What is no intact frame is passed over.
 * @throws DomainError `unsupported-media` when there is hardly anything intact
 */
export async function* framesFrom(
  object: WatchedObject,
  { info }: Layout,
  from: number,
): AsyncGenerator<Placed> {
  const decoder = new FrameDecoder(info);
  const ahead = new Lookahead(object.pieces(from), from);
  let looks = 0;
  for (;;) {
    const bytes = await ahead.see(decoder.frameBytes);
    if (bytes.length === 0) return;
    const frame = decoder.decode(bytes, 0);
    if (frame) {
      yield { at: frame.first, samples: frame.samples };
      ahead.pass(frame.bytes);
      continue;
    }
    looks += 1;
    if (looks > looksMost)
      throw notReadable('it is damaged throughout. Check that it plays, and upload it again.');
    const next = bytes.indexOf(0xff, 1);
    // What is no header at all costs next to nothing, and is not counted.
    if (!isSync(bytes)) looks -= 1;
    ahead.pass(next < 0 ? bytes.length : next);
  }
}

const isSync = (bytes: Uint8Array) => bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xfe) === 0xf8;

/** The first intact frame at or after a place, or the last where `last` is set; and where it is. */
export async function frameNear(
  object: WatchedObject,
  { info }: Layout,
  from: number,
  last = false,
): Promise<(Frame & { readonly place: number }) | undefined> {
  const decoder = new FrameDecoder(info);
  const span = Math.max(lookBytes, 2 * decoder.frameBytes);
  const bytes = await object.range(from, from + span);
  let found: (Frame & { readonly place: number }) | undefined;
  let looks = 0;
  for (let at = bytes.indexOf(0xff); at >= 0 && looks < looksMost; ) {
    const frame = isSync(bytes.subarray(at)) ? decoder.decode(bytes, at) : undefined;
    if (frame) {
      found = { ...frame, place: from + at };
      if (!last) return found;
    } else if (isSync(bytes.subarray(at))) looks += 1;
    at = bytes.indexOf(0xff, at + (frame?.bytes ?? 1));
  }
  return found;
}
