/** The header of a frame of MPEG audio (ISO/IEC 11172-3 §2.4.1.3, 13818-3; MPEG-2.5 by Fraunhofer). */
export interface FrameHeader {
  /** 1, 2 or 2.5. */
  readonly version: number;
  /** 3 is MP3, 2 is MP2. */
  readonly layer: number;
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
const layers: readonly (number | undefined)[] = [undefined, 3, 2, 1];
const lowBitrates = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/** Thousands of bits a second by version, layer and index; index 0 is free format, whose frames do not say their size. */
const bitrates: Readonly<Record<number, Readonly<Record<number, readonly number[]>>>> = {
  1: {
    1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  },
  2: {
    1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    2: lowBitrates,
    3: lowBitrates,
  },
};
const sampleRates: readonly number[] = [44_100, 48_000, 32_000];
const mono = 3;
/** Bytes in which layer I counts its frames. */
const layerOneSlot = 4;

/** @returns undefined when there is no such header, or one of free format */
export function parseFrameHeader(bytes: Uint8Array, at: number): FrameHeader | undefined {
  const header = commonHeader(bytes, at);
  if (!header) return undefined;
  const { version, layer, sampleRate, index, padding, channels } = header;
  const bitrate = 1000 * (bitrates[version === 1 ? 1 : 2]?.[layer]?.[index] ?? 0);
  if (bitrate === 0) return undefined;
  const samples = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1152;
  const slot = layer === 1 ? layerOneSlot : 1;
  const frameBytes = slot * (Math.floor(((samples / 8) * bitrate) / sampleRate / slot) + padding);
  return { version, layer, sampleRate, channels, bitrate, bytes: frameBytes, samples };
}

/** Whether there is the header of a frame of free format. */
export const isFreeFormat = (bytes: Uint8Array, at: number): boolean => commonHeader(bytes, at)?.index === 0;

function commonHeader(bytes: Uint8Array, at: number) {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + headerBytes);
  if (a !== 0xff || (b & 0xe0) !== 0xe0) return undefined;
  const version = versions[(b >> 3) & 3];
  const layer = layers[(b >> 1) & 3];
  const rate = sampleRates[(c >> 2) & 3];
  if (version === undefined || layer === undefined || rate === undefined) return undefined;
  const sampleRate = rate / (version === 1 ? 1 : version === 2 ? 2 : 4);
  return {
    version,
    layer,
    sampleRate,
    index: c >> 4,
    padding: (c >> 1) & 1,
    channels: d >> 6 === mono ? 1 : 2,
  };
}

/** Whether two frames can belong to one stream. */
export const isSameStream = (one: FrameHeader, other: FrameHeader) =>
  one.version === other.version && one.layer === other.layer && one.sampleRate === other.sampleRate;
