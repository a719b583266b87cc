import type { PacketDecoder } from './decoders/decoder.ts';

/** How a codec's packets become samples. */
export interface Codec {
  /** Seconds that are decoded before what is wanted, for the decoder to be in step. */
  readonly preroll: number;
  /** Samples a second that come out, where they are not the track's. */
  readonly sampleRate?: number;
  open(config: AudioDecoderConfig): Promise<PacketDecoder>;
}

/** What is decoded here, by the name that containers are read with. */
export const codecs: Readonly<Record<string, Codec>> = {
  opus: {
    // RFC 7845 §4.6.
    preroll: 0.08,
    // Opus can be decoded to any of its rates, and this is what speech models take.
    sampleRate: 16_000,
    open: async ({ description, numberOfChannels }) =>
      (await import('./decoders/opus.ts')).opusDecoder(bytesOf(description), numberOfChannels),
  },
  mp3: {
    // A frame may use what is left of up to nine before it.
    preroll: 0.3,
    open: async () => (await import('./decoders/mp3.ts')).mp3Decoder(),
  },
  flac: {
    preroll: 0,
    open: async ({ description }) => (await import('./decoders/flac.ts')).flacDecoder(bytesOf(description)),
  },
};

/** Codecs that nothing here decodes and that Amazon Transcribe does: there is no decoder of AAC under a licence we may use. */
export const decodedElsewhere: readonly string[] = ['aac'];

function bytesOf(source: AudioDecoderConfig['description']): Uint8Array {
  if (!source) return new Uint8Array(0);
  if (!ArrayBuffer.isView(source)) return new Uint8Array(source);
  return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
}
