/** The header of a frame of MPEG audio, Layer III (ISO/IEC 11172-3 §2.4.1.3, 13818-3; MPEG-2.5 by Fraunhofer). */
export interface FrameHeader {
  /** 1, 2 or 2.5. */
  readonly version: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** Bits a second. */
  readonly bitrate: number;
  /** Bytes of the frame, header and all. */
  readonly bytes: number;
  /** Samples of each channel. */
  readonly samples: number;
}

export const headerBytes = 4;

const versions: readonly (number | undefined)[] = [2.5, undefined, 2, 1];
const layerThree = 1;
/** Thousands of bits a second by index; free format, index 0, is not supported. */
const bitrates = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const sampleRates: readonly number[] = [44_100, 48_000, 32_000];
const mono = 3;

/** @returns undefined when there is no such header */
export function parseFrameHeader(bytes: Uint8Array, at: number): FrameHeader | undefined {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + headerBytes);
  if (a !== 0xff || (b & 0xe0) !== 0xe0 || ((b >> 1) & 3) !== layerThree) return undefined;
  const version = versions[(b >> 3) & 3];
  const rate = sampleRates[(c >> 2) & 3];
  if (version === undefined || rate === undefined) return undefined;
  const bitrate = 1000 * (bitrates[version === 1 ? 1 : 2][c >> 4] ?? 0);
  if (bitrate === 0) return undefined;
  const sampleRate = rate / (version === 1 ? 1 : version === 2 ? 2 : 4);
  const samples = version === 1 ? 1152 : 576;
  return {
    version,
    sampleRate,
    channels: d >> 6 === mono ? 1 : 2,
    bitrate,
    bytes: Math.floor(((samples / 8) * bitrate) / sampleRate) + ((c >> 1) & 1),
    samples,
  };
}

/** Whether two frames can belong to one stream. */
export const isSameStream = (one: FrameHeader, other: FrameHeader) =>
  one.version === other.version && one.sampleRate === other.sampleRate;
