import type { PacketDecoder } from '../decoding/recording.ts';

/** How a codec's stream is read in Ogg. */
export interface OggStream {
  readonly codec: 'opus' | 'vorbis' | 'flac';
  /** Samples a second of the decoder's output. */
  readonly sampleRate: number;
  /** Units a second in which pages count. */
  readonly granuleRate: number;
  readonly channels: number;
  /** Units that the decoder gives before the recording begins. */
  readonly preSkip: number;
  /** Units to decode before the first that is wanted, until the decoder's output is right. */
  readonly preroll: number;
  /** Whether a packet is sound; those before are headers. */
  isSound(packet: Uint8Array): boolean;
  /** The units that each packet of sound lasts, asked in their order. */
  durations(): (packet: Uint8Array) => number;
  /** @param channel from 0; all channels, mixed, when absent */
  start(channel: number | undefined): Promise<PacketDecoder>;
}
