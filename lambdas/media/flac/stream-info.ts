import { checkAudioFormat, unreadable } from '../decoding/unreadable.ts';

/** The stream information block of FLAC (RFC 9639 §8.2). */
export interface StreamInfo {
  /** Least and most samples of a frame, as the encoder says; where the two are equal, all frames but the last have that many. */
  readonly leastBlock: number;
  readonly mostBlock: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** Bits a sample. */
  readonly bits: number;
  /** Samples of each channel; 0 when the encoder did not know. */
  readonly total: number;
}

export const streamInfoBytes = 34;

/**
 * @param block of {@link streamInfoBytes}
 * @throws DomainError `unsupported-media` for a stream that cannot be read
 */
export function parseStreamInfo(block: Uint8Array): StreamInfo {
  if (block.length < streamInfoBytes)
    throw unreadable('its FLAC header is cut short. Upload the whole file.');
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
  checkAudioFormat(info);
  return info;
}
