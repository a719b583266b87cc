import type { ObjectReader } from '../decoding/object-reader.ts';
import { truncated, unreadable } from '../decoding/unreadable.ts';
import { frameNear, type Layout } from './frames.ts';
import { firstSample, unitOf } from './numbering.ts';
import { parseStreamInfo, type StreamInfo, streamInfoBytes } from './stream-info.ts';

const markBytes = 4;
const blockHeaderBytes = 4;
/** Blocks before the sound (pictures, tags, …), at most. */
const maxBlocks = 1000;
/** Bytes after the header, or from the start of a file without one, in which the first frame is looked for. */
const searchBytes = 128 * 1024;

/** Where the sound of a FLAC file is, its channels, and its samples where its header says them, else 0. */
export interface FlacLayout {
  readonly layout: Layout;
  readonly channels: number;
  readonly total: number;
}

/**
 * Finds the first frame of a FLAC file. Each frame describes itself, so its own rate and channels count; the stream information is for
 * frames that leave them out, and for files without an intact frame.
 * @param start offset of the mark, or of the first frame of a file without a header
 */
export async function flacLayout(object: ObjectReader, start: number): Promise<FlacLayout> {
  const { info, at } = await streamInfo(object, start);
  const search = { info: info ?? { bits: 0, sampleRate: 0 } };
  const first = await frameNear(object, search, at, { span: searchBytes });
  if (!first && !info)
    throw unreadable('it does not begin as a FLAC file. Check that it plays, and upload it again.');
  if (!first) throw truncated('there is no frame of FLAC after its header');
  const after = first.offset + first.bytes;
  const second = await frameNear(object, search, after, { span: maxGapBytes });
  const { header } = first;
  const sampleRate = header.sampleRate ?? info?.sampleRate ?? 0;
  const unit = unitOf(info, header, second?.offset === after ? second.header : undefined);
  // The first frames may be damaged, so that others come before the first one found.
  const from = first.offset === at || !info ? firstSample(header, { ...unit, from: 0 }) : 0;
  const bits = header.bits ?? info?.bits ?? 0;
  const layout = { first: at, info: { bits, sampleRate }, numbering: { ...unit, from } };
  return { layout, channels: header.channels, total: info?.total ?? 0 };
}

/** Bytes from a frame to the next one in which it is looked for: none, in an intact file. */
const maxGapBytes = 16;

/** The stream information, and the offset after all blocks of the header. */
async function streamInfo(
  object: ObjectReader,
  start: number,
): Promise<{ info: StreamInfo | undefined; at: number }> {
  let at = start + markBytes;
  if (Buffer.from(await object.range(start, at)).toString('latin1') !== 'fLaC') {
    return { info: undefined, at: start };
  }
  let info: StreamInfo | undefined;
  for (let block = 0; block < maxBlocks; block += 1) {
    const head = await object.range(at, at + blockHeaderBytes + streamInfoBytes);
    if (head.length < blockHeaderBytes) throw truncated('it ends before any audio');
    // A frame in place of a block: its size was wrong.
    if (head[0] === 0xff) return { info, at };
    const [type = 0, ...size] = head.subarray(0, blockHeaderBytes);
    if ((type & 0x7f) === 0 && !info) info = parseStreamInfo(head.subarray(blockHeaderBytes));
    at += blockHeaderBytes + size.reduce((sum, byte) => sum * 256 + byte, 0);
    if (type & 0x80) return { info, at };
  }
  throw unreadable('its header does not end. Convert it again.');
}
