import { unreadable } from '../decoding/unreadable.ts';
import { FrameDecoder } from '../flac/frame-decoder.ts';
import { parseStreamInfo, streamInfoBytes } from '../flac/stream-info.ts';
import { parseFlacHeader } from '../signatures/flac-header.ts';
import type { OggStream } from './stream.ts';

/** Offset of the stream information in the first packet: after the mapping's header, FLAC's mark and the block's header (RFC 9639 §10.1). */
const infoAt = 17;
const syncByte = 0xff;

/** @param head first packet of the stream */
export function flacStream(head: Uint8Array): OggStream {
  const info = parseStreamInfo(head.subarray(infoAt, infoAt + streamInfoBytes));
  const { sampleRate, channels } = info;
  return {
    codec: 'flac',
    sampleRate,
    granuleRate: sampleRate,
    channels,
    preSkip: 0,
    preroll: 0,
    isSound: (packet) => packet[0] === syncByte,
    durations: () => (packet) => parseFlacHeader(packet, 0)?.samples ?? 0,
    start: async (channel) => {
      const decoder = new FrameDecoder(info, channel);
      const decode = (packet: Uint8Array) => {
        const frame = decoder.decode(packet, 0);
        const rate = frame?.header.sampleRate ?? sampleRate;
        if (rate === sampleRate) return frame?.samples ?? new Float32Array(0);
        throw unreadable(
          `its sample rate changes from ${sampleRate} to ${rate} Hz. Convert it to one sample rate, for example to MP3.`,
        );
      };
      return { decode, free: () => {} };
    },
  };
}
