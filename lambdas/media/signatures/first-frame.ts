import { type FlacHeader, parseFlacHeader } from './flac-header.ts';
import { type FrameHeader, isFreeFormat, isSameStream, parseFrameHeader } from './mpeg-header.ts';

/** Kinds of sound whose frames may begin a file without a signature before them. */
export type FrameKind = 'mpeg' | 'free' | 'adts' | 'flac';

/** Frames in a row that show a stream: four bytes, or eight, may look like a header by chance. */
const enough = 3;

/**
 * Searches the start of a file for frames that follow each other.
 * @param isWhole the bytes end with the file
 */
export function firstFrame(bytes: Uint8Array, isWhole: boolean): { at: number; kind: FrameKind } | undefined {
  const flac = new FlacFrames();
  let isFree: boolean | undefined;
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (isMpeg(bytes, at, isWhole)) return { at, kind: 'mpeg' };
    if (follows(adtsBytes, bytes, at, isWhole)) return { at, kind: 'adts' };
    if (isFree === undefined && isFreeFormat(bytes, at)) isFree = isFreeStream(bytes, at);
    if (isFree) return { at, kind: 'free' };
    const found = flac.add(at, parseFlacHeader(bytes, at));
    if (found !== undefined) return { at: found, kind: 'flac' };
  }
  return undefined;
}

/** Whether frames of MPEG audio follow each other from an offset on. */
export const isMpeg = (bytes: Uint8Array, at: number, isWhole: boolean): boolean =>
  follows(mpegBytes, bytes, at, isWhole);

/** Bytes of a frame at an offset that may follow another one; undefined when there is none. */
type FrameBytes<Header> = (
  bytes: Uint8Array,
  at: number,
  before: Header | undefined,
) => { readonly bytes: number; readonly header: Header } | undefined;

/** Whether enough frames follow each other from an offset on, or some up to the end of the file. */
function follows<Header>(
  frameBytes: FrameBytes<Header>,
  bytes: Uint8Array,
  at: number,
  isWhole: boolean,
): boolean {
  let before: Header | undefined;
  for (let count = 0; count < enough; count += 1) {
    if (isWhole && count > 0 && at === bytes.length) return true;
    const frame = frameBytes(bytes, at, before);
    if (!frame) return false;
    before = frame.header;
    at += frame.bytes;
  }
  return true;
}

const mpegBytes: FrameBytes<FrameHeader> = (bytes, at, before) => {
  const header = parseFrameHeader(bytes, at);
  return header && (!before || isSameStream(header, before)) ? { bytes: header.bytes, header } : undefined;
};

/** Bytes of a frame of free format, at most: 640,000 bits a second at 32,000 Hz. */
const maxFreeBytes = 2880;

/** Whether frames of free format, which do not say their size, are at equal distances from an offset on. */
function isFreeStream(bytes: Uint8Array, at: number): boolean {
  const most = Math.min(at + maxFreeBytes, bytes.length);
  const isLike = (other: number) => bytes[other + 1] === bytes[at + 1] && isFreeFormat(bytes, other);
  for (
    let next = bytes.indexOf(0xff, at + 1);
    next > 0 && next <= most;
    next = bytes.indexOf(0xff, next + 1)
  ) {
    if (!isLike(next)) continue;
    // A frame may be a byte longer than the one before it.
    const third = next + (next - at);
    if ([third - 1, third, third + 1].some(isLike)) return true;
  }
  return false;
}

/** AAC's frames (ISO/IEC 14496-3 §1.A.3.2): the sync word of MPEG audio with the layer's bits zero, and their length. */
const adtsBytes: FrameBytes<number> = (bytes, at, before) => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = bytes.subarray(at, at + 6);
  if (a !== 0xff || (b & 0xf6) !== 0xf0) return undefined;
  const length = ((d & 3) << 11) | (e << 3) | (f >> 5);
  const rateIndex = (c >> 2) & 15;
  const isFrame = length > adtsHeaderBytes && rateIndex <= maxRateIndex;
  return isFrame && (before === undefined || before === rateIndex)
    ? { bytes: length, header: rateIndex }
    : undefined;
};
const adtsHeaderBytes = 7;
const maxRateIndex = 12;

/** Headers of FLAC frames do not say where the next one is, but each has a checksum and the number of the one before plus one. */
class FlacFrames {
  /** Headers by the numbers that may follow them. */
  readonly #expected = new Map<number, { at: number; header: FlacHeader }>();

  /** @returns the offset of the frame that this one follows */
  add(at: number, header: FlacHeader | undefined): number | undefined {
    if (!header) return undefined;
    const before = this.#expected.get(header.number);
    if (before && before.header.channels === header.channels && before.header.bits === header.bits)
      return before.at;
    for (const step of [1, header.samples]) this.#expected.set(header.number + step, { at, header });
    return undefined;
  }
}
