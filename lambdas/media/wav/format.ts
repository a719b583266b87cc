import { type PcmCodec, sampleBytes } from '../decoding/pcm.ts';
import { checkAudioFormat, unreadable } from '../decoding/unreadable.ts';

/** How the samples of a WAV file are written. */
export interface WavFormat {
  readonly codec: PcmCodec;
  readonly channels: number;
  /** Samples a second. */
  readonly sampleRate: number;
  /** Bytes of one sample of every channel. */
  readonly frameBytes: number;
}

/** Format tags. Source: RFC 2361, and Microsoft's WAVEFORMATEXTENSIBLE. */
const integerTag = 0x0001;
const floatTag = 0x0003;
const extensibleTag = 0xfffe;
const codecNames: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  6: 'A-law',
  7: 'mu-law',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  80: 'MPEG',
  85: 'MP3',
};

/** By bits a sample. Eight-bit WAV is unsigned, wider WAV is signed. */
const integerCodecs: Readonly<Record<number, PcmCodec>> = {
  8: 'pcm-u8',
  16: 'pcm-s16',
  24: 'pcm-s24',
  32: 'pcm-s32',
};
const floatCodecs: Readonly<Record<number, PcmCodec>> = { 32: 'pcm-f32' };

/** Bytes of the oldest form of the chunk, and the offset of the subformat's tag in the extensible one. */
const formatBytes = 16;
const subformatAt = 24;

/**
 * The format in a `fmt ` chunk.
 * @throws DomainError `unsupported-media` with the fault and the remedy
 */
export function parseFormat(chunk: Uint8Array): WavFormat {
  if (chunk.length < formatBytes) throw unreadable('its format chunk is cut short.');
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const channels = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const frameBytes = view.getUint16(12, true);
  const codec = codecOf(formatTag(view), view.getUint16(14, true));
  checkAudioFormat({ sampleRate, channels });
  if (frameBytes !== channels * sampleBytes(codec)) {
    const bits = 8 * sampleBytes(codec);
    throw unreadable(
      `its header contradicts itself: ${channels} channels of ${bits} bits are not ${frameBytes} bytes. Convert it again.`,
    );
  }
  return { codec, channels, sampleRate, frameBytes };
}

function formatTag(view: DataView): number {
  const tag = view.getUint16(0, true);
  const isExtensible = tag === extensibleTag && view.byteLength > subformatAt + 1;
  return isExtensible ? view.getUint16(subformatAt, true) : tag;
}

function codecOf(tag: number, bits: number): PcmCodec {
  if (tag !== integerTag && tag !== floatTag) {
    const name = codecNames[tag] ?? `format 0x${tag.toString(16).padStart(4, '0')}`;
    throw unreadable(`its audio is ${name}; convert it to PCM (for example 16 bits at 16 kHz).`);
  }
  const [kind, codecs] = tag === floatTag ? ['float', floatCodecs] : ['integer', integerCodecs];
  const codec = codecs[bits];
  if (codec) return codec;
  throw unreadable(
    `it has ${kind} samples of ${bits} bits; integers of 8, 16, 24 or 32 bits and floats of 32 bits can be read.`,
  );
}
