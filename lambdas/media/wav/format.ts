import { DomainError } from '../../domain/errors.ts';

/** How the samples of a WAV file are written. */
export interface WavFormat {
  readonly encoding: 'integer' | 'float';
  readonly channels: number;
  /** Samples a second. */
  readonly sampleRate: number;
  readonly bits: 8 | 16 | 24 | 32;
  /** Bytes of one sample of every channel. */
  readonly frameBytes: number;
}

/** Format tags. Source: RFC 2361, and Microsoft's WAVEFORMATEXTENSIBLE. */
const integerTag = 0x0001;
const floatTag = 0x0003;
const extensibleTag = 0xfffe;
const codecs: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  6: 'A-law',
  7: 'mu-law',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  80: 'MPEG',
  85: 'MP3',
};

/** What a person might record with. Our own. */
const rates = { least: 4000, most: 384_000 } as const;
const channelsMost = 8;

/** Bytes of the oldest form of the chunk, and of the extensible one up to its subformat's tag. */
const formatBytes = 16;
const subformatAt = 24;

export function notSupported(detail: string): DomainError {
  return new DomainError('unsupported-media', `The WAV file cannot be transcribed: ${detail}`);
}

/**
 * The format a `fmt ` chunk describes.
 * @throws DomainError `unsupported-media` saying what is wrong and what would do
 */
export function parseFormat(chunk: Uint8Array): WavFormat {
  if (chunk.length < formatBytes) throw notSupported('its format chunk is cut short.');
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const channels = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const frameBytes = view.getUint16(12, true);
  const encoding = encodingOf(view);
  const bits = bitsOf(encoding, view.getUint16(14, true));
  if (channels < 1 || channels > channelsMost) {
    throw notSupported(`it says it has ${channels} channels; 1 to ${channelsMost} can be read.`);
  }
  if (sampleRate < rates.least || sampleRate > rates.most) {
    throw notSupported(`its sample rate is ${sampleRate} Hz; ${rates.least} to ${rates.most} can be read.`);
  }
  if (frameBytes !== channels * (bits / 8)) {
    throw notSupported(
      `its header contradicts itself: ${channels} channels of ${bits} bits are not ${frameBytes} bytes.`,
    );
  }
  return { encoding, channels, sampleRate, bits, frameBytes };
}

function encodingOf(view: DataView): WavFormat['encoding'] {
  const own = view.getUint16(0, true);
  const tag =
    own === extensibleTag && view.byteLength > subformatAt + 1 ? view.getUint16(subformatAt, true) : own;
  if (tag === integerTag) return 'integer';
  if (tag === floatTag) return 'float';
  const codec = codecs[tag] ?? `format 0x${tag.toString(16).padStart(4, '0')}`;
  throw notSupported(`its audio is ${codec}; convert it to PCM (for example 16 bits at 16 kHz).`);
}

function bitsOf(encoding: WavFormat['encoding'], bits: number): WavFormat['bits'] {
  if (encoding === 'float' && bits === 32) return bits;
  if (encoding === 'integer' && (bits === 8 || bits === 16 || bits === 24 || bits === 32)) return bits;
  throw notSupported(
    `it has ${encoding} samples of ${bits} bits; integers of 8, 16, 24 or 32 and floats of 32 can be read.`,
  );
}
