import type { ContentObjects } from '../../../content/objects.ts';
import { unreadable } from '../recording.ts';

/** What a FLAC stream says of itself. Source: RFC 9639 §8.2. */
export interface StreamInfo {
  readonly minBlock: number;
  readonly maxBlock: number;
  /** Bytes; 0 where the encoder did not know. */
  readonly maxFrameBytes: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly bits: number;
  /** Samples of each channel; 0 where the encoder did not know. */
  readonly total: number;
}

/** Bytes of the block that holds it, and of a block's header. */
const streamInfoBytes = 34;
const blockHeaderBytes = 4;
/** Blocks before the audio that are looked at. A file has a handful. */
const blocksMost = 128;
const marker = Buffer.from('fLaC');

/** @param block the 34 bytes of a STREAMINFO block */
export function parseStreamInfo(block: Uint8Array): StreamInfo {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const packed = view.getBigUint64(10);
  return {
    minBlock: view.getUint16(0),
    maxBlock: view.getUint16(2),
    maxFrameBytes: view.getUint32(7) >>> 8,
    sampleRate: Number(packed >> 44n),
    channels: Number((packed >> 41n) & 7n) + 1,
    bits: Number((packed >> 36n) & 31n) + 1,
    total: Number(packed & 0xf_ffff_ffffn),
  };
}

/**
 * Reads what comes before the audio.
 * @throws DomainError `unsupported-media` when it is no FLAC file
 */
export async function readHead(objects: ContentObjects, key: string, bytes: number) {
  const first = marker.length + blockHeaderBytes;
  const start = await objects.range(key, 0, Math.min(bytes, first + streamInfoBytes));
  const isFlac = start.length === first + streamInfoBytes && marker.equals(start.subarray(0, marker.length));
  if (!isFlac || ((start[marker.length] ?? 0) & 127) !== 0) {
    throw unreadable('it does not begin as a FLAC file. Check that it plays, and upload it again.');
  }
  const block = start.subarray(first);
  let at = first + streamInfoBytes;
  let isLast = (start[marker.length] ?? 0) >> 7 === 1;
  for (let blocks = 0; !isLast && blocks < blocksMost; blocks += 1) {
    const header = await objects.range(key, at, Math.min(bytes, at + blockHeaderBytes));
    const [kind = 0, a = 0, b = 0, c = 0] = header;
    isLast = kind >> 7 === 1;
    at += blockHeaderBytes + ((a << 16) | (b << 8) | c);
    if (header.length < blockHeaderBytes || at >= bytes) {
      throw unreadable('it ends before any audio; it may be cut short.');
    }
  }
  if (!isLast) throw unreadable(`it has more than ${blocksMost} blocks of metadata.`);
  return { info: parseStreamInfo(block), audioAt: at };
}
