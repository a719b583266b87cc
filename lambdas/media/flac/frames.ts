import { ByteReader } from '../decoding/byte-reader.ts';
import type { ObjectReader } from '../decoding/object-reader.ts';
import type { TimedSamples } from '../decoding/timeline.ts';
import { unreadable } from '../decoding/unreadable.ts';
import { type Frame, FrameDecoder } from './frame-decoder.ts';
import type { StreamInfo } from './stream-info.ts';

/** The offset of a FLAC file's first frame, and the stream information. */
export interface Layout {
  readonly first: number;
  readonly info: StreamInfo;
}

/** Attempts to find the next frame, at most: each costs decoding bytes that turn out to be no frame. */
const maxAttempts = 1000;
/** Bytes searched for a frame. */
const searchBytes = 64 * 1024;

/**
 * The samples from an offset on. Anything but intact frames is skipped.
 * @throws DomainError `unsupported-media` when too little of the file is intact
 */
export async function* framesFrom(
  object: ObjectReader,
  { info }: Layout,
  from: number,
): AsyncGenerator<TimedSamples> {
  const decoder = new FrameDecoder(info);
  const ahead = new ByteReader(object.pieces(from), from);
  let attempts = 0;
  for (;;) {
    // A few bytes may decode to many samples, and not bring the time on.
    object.look();
    const bytes = await ahead.peek(decoder.frameBytes);
    if (bytes.length === 0) return;
    const frame = decoder.decode(bytes, 0);
    if (frame) {
      yield { at: frame.first, samples: frame.samples };
      ahead.advance(frame.bytes);
      continue;
    }
    attempts += 1;
    if (attempts > maxAttempts)
      throw unreadable('it is damaged throughout. Check that it plays, and upload it again.');
    const next = bytes.indexOf(0xff, 1);
    // Bytes without a frame's sync code cost next to nothing and are not counted.
    if (!isSync(bytes)) attempts -= 1;
    ahead.advance(next < 0 ? bytes.length : next);
  }
}

const isSync = (bytes: Uint8Array) => bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xfe) === 0xf8;

/** The first intact frame at or after an offset, or the last one found where `last` is set, with its offset. */
export async function frameNear(
  object: ObjectReader,
  { info }: Layout,
  from: number,
  last = false,
): Promise<(Frame & { readonly offset: number }) | undefined> {
  const decoder = new FrameDecoder(info);
  const span = Math.max(searchBytes, 2 * decoder.frameBytes);
  const bytes = await object.range(from, from + span);
  let found: (Frame & { readonly offset: number }) | undefined;
  let attempts = 0;
  for (let at = bytes.indexOf(0xff); at >= 0 && attempts < maxAttempts; ) {
    object.look();
    const frame = isSync(bytes.subarray(at)) ? decoder.decode(bytes, at) : undefined;
    if (frame) {
      found = { ...frame, offset: from + at };
      if (!last) return found;
    } else if (isSync(bytes.subarray(at))) attempts += 1;
    at = bytes.indexOf(0xff, at + (frame?.bytes ?? 1));
  }
  return found;
}
