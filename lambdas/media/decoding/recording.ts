/** A recording whose container has been read: what it holds, and the sound itself from any place on. */
export interface Recording {
  /** The codec of its audio: `pcm`, `mp3`, `flac`, `opus`, `aac`. */
  readonly codec: string;
  /** Seconds of audio the file really holds. */
  readonly seconds: number;
  /** Samples a second of {@link samples}; Opus, which has no rate of its own, is decoded at 16,000. */
  readonly sampleRate: number;
  /** Channels of the file; {@link samples} are mixed into one. */
  readonly channels: number;
  /** False where the sound cannot be decoded here (AAC): {@link samples} then throws `unsupported-media`. */
  readonly decodable: boolean;
  /**
   * The sound, mixed to one channel, from -1 to 1, piece by piece up to the end. May be called more than once, also at the
   * same time. Where a part of the file is damaged there is silence, so that the rest keeps its time.
   * @param from seconds; the first sample is the one at that time
   * @throws DomainError `unsupported-media` when the file is damaged throughout; S3's own errors as they are
   */
  samples(from: number): AsyncGenerator<Float32Array>;
}
