import { checkSound, notReadable } from '../decoding/unreadable.ts';

/** What a FLAC stream says of itself (RFC 9639 §8.2). */
export interface StreamInfo {
  /** Samples of a frame; all but the last have as many where the two are the same. */
  readonly leastBlock: number;
  readonly mostBlock: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** Bits a sample. */
  readonly bits: number;
  /** Samples of each channel; 0 where it was not known. */
  readonly total: number;
}

export const streamInfoBytes = 34;
/** Wider samples are hardly ever written, and would need wider arithmetic. */
const bitsMost = 24;

/**
 * @param block of {@link streamInfoBytes}
 * @throws DomainError `unsupported-media` for a stream that cannot be read
 */
export function parseStreamInfo(block: Uint8Array): StreamInfo {
  if (block.length < streamInfoBytes)
    throw notReadable('its FLAC header is cut short. Upload the whole file.');
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const packed = view.getUint32(10);
  const info = {
    leastBlock: view.getUint16(0),
    mostBlock: view.getUint16(2),
    sampleRate: packed >>> 12,
    channels: ((packed >>> 9) & 7) + 1,
    bits: ((packed >>> 4) & 31) + 1,
    total: (packed & 15) * 2 ** 32 + view.getUint32(14),
  };
  checkSound(info);
  if (info.bits > bitsMost) {
    throw notReadable(
      `its FLAC samples have ${info.bits} bits; up to ${bitsMost} can be read. Convert it to 16 bits.`,
    );
  }
  if (info.mostBlock === 0) {
    throw notReadable('its FLAC header says that its frames are empty. Convert it again.');
  }
  return info;
}

/** Bytes that a frame can have at most: samples as they are, one bit more for a difference of channels, and headers. */
export const frameBytesMost = ({ mostBlock, channels, bits }: StreamInfo) =>
  Math.ceil((mostBlock * channels * (bits + 1)) / 8) + 64;
