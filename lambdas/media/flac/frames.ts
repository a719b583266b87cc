import { ByteReader } from '../decoding/byte-reader.ts';
import type { ObjectReader } from '../decoding/object-reader.ts';
import type { TimedSamples } from '../decoding/timeline.ts';
import { unreadable } from '../decoding/unreadable.ts';
import { maxHeaderBytes } from '../signatures/flac-header.ts';
import { type Frame, FrameDecoder } from './frame-decoder.ts';
import { firstSample, type Numbering } from './numbering.ts';
import type { StreamInfo } from './stream-info.ts';

/** The offset of a FLAC file's first frame, and what all frames have in common. */
export interface Layout {
  readonly first: number;
  readonly info: Pick<StreamInfo, 'sampleRate' | 'bits'>;
  readonly numbering: Numbering;
}

/** A frame, with its offset in the file. */
export type PlacedFrame = Frame & { readonly offset: number };

/** Attempts to find the next frame, at most: each costs decoding bytes that turn out to be no frame. */
const maxAttempts = 1000;
/** Bytes searched for a frame, at least. */
const searchBytes = 64 * 1024;

export interface FrameStart {
  /** Offset in the file. */
  readonly from: number;
  /** From 0; all channels, mixed, when absent. */
  readonly channel: number | undefined;
}

/**
 * The samples from an offset on. Anything but intact frames is skipped.
 * @throws DomainError `unsupported-media` when too little of the file is intact, and where it begins again or changes its rate
 */
export async function* framesFrom(
  object: ObjectReader,
  layout: Layout,
  { from, channel }: FrameStart,
): AsyncGenerator<TimedSamples> {
  let next = 0;
  const decoder = new FrameDecoder(layout.info, channel);
  for await (const { header, samples } of intactFrames(object, decoder, from)) {
    const at = firstSample(header, layout.numbering);
    const { sampleRate } = layout.info;
    const seconds = (next / sampleRate).toFixed(1);
    if (at < next) {
      throw unreadable(`it begins again after ${seconds} seconds, so it is several recordings. ${joined}`);
    }
    if (header.sampleRate !== undefined && header.sampleRate !== sampleRate) {
      throw unreadable(
        `its sample rate changes from ${sampleRate} to ${header.sampleRate} Hz after ${seconds} seconds. ${joined}`,
      );
    }
    next = at + samples.length;
    yield { at, samples };
  }
}

export const joined = 'Convert it to one recording of one sample rate, for example to MP3.';

async function* intactFrames(
  object: ObjectReader,
  decoder: FrameDecoder,
  from: number,
): AsyncGenerator<Frame> {
  const ahead = new ByteReader(object.pieces(from), from);
  let attempts = 0;
  for (;;) {
    // A few bytes may decode to many samples, and not bring the time on.
    object.look();
    const head = await ahead.peek(maxHeaderBytes);
    if (head.length === 0) return;
    const most = decoder.maxBytes(head, 0);
    const bytes = most === undefined ? head : await ahead.peek(most);
    const frame = most === undefined ? undefined : decoder.decode(bytes, 0);
    if (frame) {
      yield frame;
      ahead.advance(frame.bytes);
      continue;
    }
    // Bytes without a frame's header cost next to nothing and are not counted.
    if (most !== undefined) attempts += 1;
    if (attempts > maxAttempts)
      throw unreadable('it is damaged throughout. Check that it plays, and upload it again.');
    const next = bytes.indexOf(0xff, 1);
    ahead.advance(next < 0 ? bytes.length : next);
  }
}

/** The first intact frame at or after an offset, or the last one found where `last` is set. */
export async function frameNear(
  object: ObjectReader,
  { info }: Pick<Layout, 'info'>,
  from: number,
  { last = false, span = searchBytes } = {},
): Promise<PlacedFrame | undefined> {
  const decoder = new FrameDecoder(info);
  let bytes = await object.range(from, from + span);
  let found: PlacedFrame | undefined;
  let attempts = 0;
  for (let at = bytes.indexOf(0xff); at >= 0 && attempts < maxAttempts; ) {
    object.look();
    const most = decoder.maxBytes(bytes, at);
    const isCut = most !== undefined && at + most > bytes.length && from + bytes.length < object.size;
    // A frame that begins in the bytes searched may end after them. The more is read each time, the fewer times.
    if (isCut && at < span) bytes = await object.range(from, from + Math.max(span + most, 2 * bytes.length));
    const frame = at < span && most !== undefined ? decoder.decode(bytes, at) : undefined;
    if (frame) {
      found = { ...frame, offset: from + at };
      if (!last) return found;
    } else if (most !== undefined) attempts += 1;
    at = bytes.indexOf(0xff, at + (frame?.bytes ?? 1));
  }
  return found;
}
