import { type Mix, mixOf, vorbisOrder, waveOrder } from '../decoding/mix.ts';
import { decodePcm, isPcm, type PcmCodec } from '../decoding/pcm.ts';
import type { PacketDecoder } from '../decoding/recording.ts';
import { unreadable } from '../decoding/unreadable.ts';
import { FrameDecoder } from '../flac/frame-decoder.ts';
import { parseStreamInfo, streamInfoBytes } from '../flac/stream-info.ts';
import { mp3Decoder } from '../mp3/decoder.ts';
import { opusDecoder, opusOrder, opusSampleRate } from '../opus/decoder.ts';
import { vorbisHeaders } from '../vorbis/codec-private.ts';

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
  /** Samples of which packets begin a whole number after the first, where their lengths differ. */
  readonly gridSamples?: number;
  /** @param channel from 0; all channels, mixed, when absent */
  start(channel: number | undefined): Promise<PacketDecoder>;
}

/** Bytes before FLAC's stream information: the mark and the block's header. */
const flacHeadBytes = 8;

/** How a track is decoded; undefined when it cannot be. */
export function trackDecoding(track: TrackFormat): Decoding | undefined {
  const { codec, sampleRate, channels, description } = track;
  if (codec === 'opus') {
    // RFC 7845 §4.6 asks for at least 80 ms, after which some places still differ by 2 % of full scale.
    const start = (channel: number | undefined) =>
      opusDecoder(description, channels, mixOf(channels, opusOrder(description), channel));
    return { sampleRate: opusSampleRate, preroll: 0.16, start };
  }
  if (codec === 'vorbis' && description) return vorbisDecoding(description);
  // At the lowest bit rates a frame refers to up to two dozen frames before it.
  const mix = (channel: number | undefined) => mixOf(channels, waveOrder, channel);
  if (codec === 'mp3') return { sampleRate, preroll: 1, start: (channel) => mp3Decoder(mix(channel)) };
  if (codec === 'flac') {
    return { sampleRate, preroll: 0, start: async (channel) => flacDecoder(description, channel) };
  }
  if (isPcm(codec))
    return { sampleRate, preroll: 0, start: async (channel) => pcmDecoder(codec, mix(channel)) };
  return undefined;
}

function vorbisDecoding(description: Uint8Array): Decoding {
  const { head, setup } = vorbisHeaders(description);
  const { sampleRate, channels, blocks } = head;
  const [short, long] = blocks;
  return {
    sampleRate,
    // A block needs the one before it.
    preroll: (2 * long) / sampleRate,
    // From the middle of a block to the middle of the next are a quarter of both (Vorbis I specification §4.3.8).
    gridSamples: short < long ? short / 4 : short / 2,
    async start(channel) {
      const { VorbisDecoder } = await import('../vorbis/decoder.ts');
      return new VorbisDecoder(head, setup(), mixOf(channels, vorbisOrder, channel));
    },
  };
}

const pcmDecoder = (codec: PcmCodec, mix: Mix): PacketDecoder => ({
  decode: (packet) => decodePcm(packet, codec, mix),
  free: () => {},
});

function flacDecoder(description: Uint8Array | undefined, channel: number | undefined): PacketDecoder {
  if (!description) throw unreadable('it has no FLAC header. Convert it again.');
  const block = description.subarray(flacHeadBytes, flacHeadBytes + streamInfoBytes);
  const decoder = new FrameDecoder(parseStreamInfo(block), channel);
  return {
    decode: (packet) => decoder.decode(packet, 0)?.samples ?? new Float32Array(0),
    free: () => {},
  };
}
