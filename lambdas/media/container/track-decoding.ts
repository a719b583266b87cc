import type { PacketDecoder } from '../decoding/packet-decoder.ts';
import { notReadable } from '../decoding/unreadable.ts';
import { FrameDecoder } from '../flac/frame-decoder.ts';
import { parseStreamInfo, streamInfoBytes } from '../flac/stream-info.ts';
import { mp3Decoder } from '../mp3/decoder.ts';
import { opusDecoder, opusSampleRate } from './opus.ts';
import { decodePcm, isPcm } from '../decoding/pcm.ts';

/** The sound of a track, as its container describes it. */
export interface TrackFormat {
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** What a decoder must know before the first packet. */
  readonly description: Uint8Array | undefined;
}

export interface Decoding {
  readonly sampleRate: number;
  /** Seconds that are decoded before the first wanted, so that the decoder has found its way. */
  readonly preroll: number;
  start(): Promise<PacketDecoder>;
}

/** The mark and the block's header, which come before what FLAC says of itself. */
const flacHeadBytes = 8;

/** How a track is decoded; undefined when it cannot be. */
export function decodingOf(track: TrackFormat): Decoding | undefined {
  const { codec, sampleRate, channels, description } = track;
  if (codec === 'opus') {
    // RFC 7845 §4.6 asks for 80 ms.
    return { sampleRate: opusSampleRate, preroll: 0.08, start: () => opusDecoder(description, channels) };
  }
  // Of the lowest bit rates, up to two dozen frames.
  if (codec === 'mp3') return { sampleRate, preroll: 1, start: mp3Decoder };
  if (codec === 'flac') return { sampleRate, preroll: 0, start: async () => flacDecoder(description) };
  if (isPcm(codec)) {
    const decode = (packet: Uint8Array) => decodePcm(packet, codec, channels);
    return { sampleRate, preroll: 0, start: async () => ({ decode, free: () => {} }) };
  }
  return undefined;
}

function flacDecoder(description: Uint8Array | undefined): PacketDecoder {
  if (!description) throw notReadable('it does not say how its FLAC is written. Convert it again.');
  const block = description.subarray(flacHeadBytes, flacHeadBytes + streamInfoBytes);
  const decoder = new FrameDecoder(parseStreamInfo(block));
  return {
    decode: (packet) => decoder.decode(packet, 0)?.samples ?? new Float32Array(0),
    free: () => {},
  };
}
