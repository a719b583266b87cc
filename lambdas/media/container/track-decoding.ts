import { decodePcm, isPcm } from '../decoding/pcm.ts';
import type { PacketDecoder } from '../decoding/recording.ts';
import { unreadable } from '../decoding/unreadable.ts';
import { FrameDecoder } from '../flac/frame-decoder.ts';
import { parseStreamInfo, streamInfoBytes } from '../flac/stream-info.ts';
import { mp3Decoder } from '../mp3/decoder.ts';
import { opusDecoder, opusSampleRate } from '../opus/decoder.ts';

/** The audio of a track, as its container describes it. */
export interface TrackFormat {
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** Configuration that a decoder needs before the first packet. */
  readonly description: Uint8Array | undefined;
  /** Seconds of the decoder's output before the container's times begin. */
  readonly delay: number;
}

export interface Decoding {
  readonly sampleRate: number;
  /** Seconds to decode before the first that is wanted, until the decoder's output is right. */
  readonly preroll: number;
  start(): Promise<PacketDecoder>;
}

/** Bytes before FLAC's stream information: the mark and the block's header. */
const flacHeadBytes = 8;

/** How a track is decoded; undefined when it cannot be. */
export function trackDecoding(track: TrackFormat): Decoding | undefined {
  const { codec, sampleRate, channels, description } = track;
  if (codec === 'opus') {
    // RFC 7845 §4.6 asks for at least 80 ms, after which some places still differ by 2 % of full scale.
    return { sampleRate: opusSampleRate, preroll: 0.16, start: () => opusDecoder(description, channels) };
  }
  // At the lowest bit rates a frame refers to up to two dozen frames before it.
  if (codec === 'mp3') return { sampleRate, preroll: 1, start: mp3Decoder };
  if (codec === 'flac') return { sampleRate, preroll: 0, start: async () => flacDecoder(description) };
  if (isPcm(codec)) {
    const decode = (packet: Uint8Array) => decodePcm(packet, codec, channels);
    return { sampleRate, preroll: 0, start: async () => ({ decode, free: () => {} }) };
  }
  return undefined;
}

function flacDecoder(description: Uint8Array | undefined): PacketDecoder {
  if (!description) throw unreadable('it has no FLAC header. Convert it again.');
  const block = description.subarray(flacHeadBytes, flacHeadBytes + streamInfoBytes);
  const decoder = new FrameDecoder(parseStreamInfo(block));
  return {
    decode: (packet) => decoder.decode(packet, 0)?.samples ?? new Float32Array(0),
    free: () => {},
  };
}
