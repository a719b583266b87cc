import type { ObjectReader } from '../decoding/object-reader.ts';
import type { Recording } from '../decoding/recording.ts';
import { onTimeline } from '../decoding/timeline.ts';
import { truncated, unreadable } from '../decoding/unreadable.ts';
import { frameNear, framesFrom, type Layout } from './frames.ts';
import { maxFrameBytes, parseStreamInfo, streamInfoBytes } from './stream-info.ts';

const markBytes = 4;
const blockHeaderBytes = 4;
/** Blocks before the sound (pictures, tags, …), at most. */
const maxBlocks = 1000;
/** A search for a time ends when reading on is as quick, or after this many halvings of the file. */
const nearBytes = 256 * 1024;
const maxHalvings = 40;

/**
 * Opens a FLAC file (RFC 9639). Its length is the end of its last frame, which must agree with its header.
 * @param start offset of its mark, after any tags
 * @throws DomainError `unsupported-media` when it cannot be read
 */
export async function openFlac(object: ObjectReader, start: number): Promise<Recording> {
  const layout = await flacLayout(object, start);
  const { sampleRate, channels } = layout.info;
  const length = await soundLength(object, layout);
  return {
    codec: 'flac',
    seconds: length / sampleRate,
    sampleRate,
    channels,
    decodable: true,
    async *samples(from) {
      const first = Math.round(from * sampleRate);
      if (first >= length) return;
      const offset = await offsetBefore(object, layout, first);
      yield* onTimeline(framesFrom(object, layout, offset), { start: first, end: length });
    },
  };
}

async function flacLayout(object: ObjectReader, start: number): Promise<Layout> {
  let at = start + markBytes;
  if (Buffer.from(await object.range(start, at)).toString('latin1') !== 'fLaC') {
    throw unreadable('it does not begin as a FLAC file. Check that it plays, and upload it again.');
  }
  const head = await object.range(at, at + blockHeaderBytes + streamInfoBytes);
  if ((head[0] ?? 0) & 0x7f) throw unreadable('its FLAC header does not come first. Convert it again.');
  const info = parseStreamInfo(head.subarray(blockHeaderBytes));
  for (let block = 0; block < maxBlocks; block += 1) {
    const header = await object.range(at, at + blockHeaderBytes);
    if (header.length < blockHeaderBytes) throw truncated('it ends before any audio');
    const [type = 0, ...size] = header;
    at += blockHeaderBytes + size.reduce((sum, byte) => sum * 256 + byte, 0);
    if (type & 0x80) return { first: at, info };
  }
  throw unreadable('its header does not end. Convert it again.');
}

/** Samples of the recording, from its last frame. */
async function soundLength(object: ObjectReader, layout: Layout): Promise<number> {
  const { info, first } = layout;
  const from = Math.max(first, object.size - 2 * maxFrameBytes(info));
  const last = await frameNear(object, layout, from, true);
  if (!last) throw truncated('there is no frame of FLAC at its end');
  const length = last.first + last.samples.length;
  if (info.total > length) {
    const [says, has] = [info.total, length].map((samples) => (samples / info.sampleRate).toFixed(1));
    throw truncated(`its header says ${says} seconds of audio, and the file holds ${has}`);
  }
  return info.total || length;
}

/** An offset shortly before a sample, by binary search: each frame says which samples it holds. */
async function offsetBefore(object: ObjectReader, layout: Layout, sample: number): Promise<number> {
  let low = layout.first;
  let high = object.size;
  for (let halving = 0; high - low > nearBytes && halving < maxHalvings; halving += 1) {
    const middle = Math.floor((low + high) / 2);
    const frame = await frameNear(object, layout, middle);
    if (frame && frame.first <= sample && frame.offset < high) low = frame.offset;
    else high = middle;
  }
  return low;
}
