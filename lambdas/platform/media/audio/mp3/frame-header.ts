/** What the four bytes before each MP3 frame say. Source: ISO/IEC 11172-3 §2.4.1.3 and 13818-3 §2.4.2.3. */
export interface FrameHeader {
  /** Of the whole frame, these four included. */
  readonly bytes: number;
  /** Samples of each channel. */
  readonly samples: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** Kilobits a second. */
  readonly bitrate: number;
  /** From the frame's start to where a Xing header would be: behind the side information. */
  readonly xingAt: number;
}

/** Kilobits a second by the bitrate index, of layer III in MPEG 1, and in MPEG 2 and 2.5. */
const bitrates = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
/** Samples a second of MPEG 1; MPEG 2 has half of it, 2.5 a quarter. */
const rates = [44_100, 48_000, 32_000] as const;

/**
 * @param at place of the first of four bytes
 * @returns undefined when no frame of layer III begins there
 */
export function frameHeaderAt(bytes: Uint8Array, at: number): FrameHeader | undefined {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  const version = (b >> 3) & 3;
  const isSync = a === 0xff && b >> 5 === 7 && version !== 1 && ((b >> 1) & 3) === 1;
  if (!isSync) return undefined;
  const first = version === 3;
  const bitrate = bitrates[first ? 1 : 2][c >> 4];
  const rate = rates[(c >> 2) & 3];
  if (!bitrate || rate === undefined) return undefined;
  const sampleRate = first ? rate : version === 2 ? rate / 2 : rate / 4;
  const samples = first ? 1152 : 576;
  const channels = d >> 6 === 3 ? 1 : 2;
  const padding = (c >> 1) & 1;
  const sideBytes = first ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17;
  return {
    bytes: Math.floor(((samples / 8) * bitrate * 1000) / sampleRate) + padding,
    samples,
    sampleRate,
    channels,
    bitrate,
    xingAt: 4 + sideBytes,
  };
}

/** Whether two headers may belong to frames of one stream: bitrates may differ, and mono may follow stereo. */
export const isSameStream = (one: FrameHeader, other: FrameHeader) =>
  one.sampleRate === other.sampleRate && one.samples === other.samples;
