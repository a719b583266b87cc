/** A recording with its container read: its description, and its sound from any second on. */
export interface Recording {
  /** The codec of its audio: `pcm`, `mp3`, `flac`, `opus`, `aac`. */
  readonly codec: string;
  /** Seconds of audio the file really holds. */
  readonly seconds: number;
  /** Samples per second of {@link samples}; Opus, which has no rate, is decoded at 16,000. */
  readonly sampleRate: number;
  /** Channels of the file. */
  readonly channels: number;
  /** False where the sound cannot be decoded here (AAC): {@link samples} then throws `unsupported-media`. */
  readonly decodable: boolean;
  /**
   * The sound up to the end, from -1 to 1, in pieces: one channel, or all of them mixed as their places in the room say. It may be called again, also while an earlier
   * call is still being read. Damaged stretches become silence, so that the rest keeps its time.
   * @param from seconds; the first sample is the one at that time
   * @param channel from 0; all channels when absent
   * @throws DomainError `unsupported-media` when the file is damaged throughout; S3's own errors unchanged
   */
  samples(from: number, channel?: number): AsyncGenerator<Float32Array>;
}

/** Decodes packets of a container, in their order. */
export interface PacketDecoder {
  /** The samples of one or more packets, mixed to one channel; fewer, or none, where they are damaged. */
  decode(packet: Uint8Array): Float32Array;
  free(): void;
}
