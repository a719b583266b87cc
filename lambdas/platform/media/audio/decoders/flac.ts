import { decodeFrame } from '../flac/decode-frame.ts';
import { parseStreamInfo } from '../flac/stream-info.ts';
import type { PacketDecoder } from './decoder.ts';

/** From the start of a FLAC stream to its STREAMINFO: the marker and the block's header. */
const streamInfoAt = 8;

/**
 * FLAC in another container, a frame a packet.
 * @param head of the stream, as containers keep it: `fLaC` and its metadata blocks
 */
export function flacDecoder(head: Uint8Array): PacketDecoder {
  const info = parseStreamInfo(head.subarray(streamInfoAt));
  return {
    decode: (packet) => decodeFrame(packet, 0, info).samples,
    free() {},
  };
}
