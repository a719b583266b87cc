import type { ObjectReader } from '../decoding/object-reader.ts';
import { encrypted, unreadableVideo } from '../decoding/unreadable.ts';

/** Bytes at the start and at the end in which times are looked for. Our own: several seconds of a DVD. */
const searchedBytes = 2 * 1024 * 1024;
/** Times count 90,000 a second, in 33 bits (ISO/IEC 13818-1 §2.4.3.7). */
const clock = 90_000;
const wrap = 2 ** 33;

const startCode = Buffer.from('000001', 'hex');

/**
 * Seconds that an MPEG program stream lasts: from its first time to its last. Its length is nowhere, so the end of the file is the end of
 * the video.
 * @throws DomainError `unsupported-media` when it has no times, or is encrypted
 */
export async function programStreamSeconds(object: ObjectReader): Promise<number> {
  const start = timesIn(Buffer.from(await object.range(0, searchedBytes)));
  const end = timesIn(Buffer.from(await object.range(Math.max(0, object.size - searchedBytes), object.size)));
  if (start.scrambled > start.times.length) throw unreadableVideo(encrypted);
  const [origin = 0] = start.times;
  const first = since(origin, start.times).reduce((least, time) => Math.min(least, time), 0);
  const last = since(origin, end.times).reduce((most, time) => Math.max(most, time), 0);
  const seconds = (last - first) / clock;
  if (!(seconds > 0)) throw noTimes();
  return seconds;
}

/** Times as differences from one of them, which may be on either side of it: times begin anew after a day. */
const since = (origin: number, times: readonly number[]): number[] =>
  times.map((time) => ((time - origin + wrap * 1.5) % wrap) - wrap / 2);

/** Presentation times of the packets of pictures and sound in some bytes. */
function timesIn(bytes: Buffer): { readonly times: readonly number[]; readonly scrambled: number } {
  const times: number[] = [];
  let scrambled = 0;
  for (let at = bytes.indexOf(startCode); at >= 0; at = bytes.indexOf(startCode, at + 3)) {
    const id = bytes[at + 3] ?? 0;
    // Pictures are e0 to ef, sound is c0 to df.
    if (id < 0xc0 || id > 0xef || at + 32 > bytes.length) continue;
    const head = at + 6;
    if (isMpeg2(bytes, head) && ((bytes[head] ?? 0) & 0x30) !== 0) scrambled += 1;
    else times.push(...timeOf(bytes, timeOffset(bytes, head)));
  }
  return { times, scrambled };
}

/** Where the time of a packet stands; undefined for a packet without one. */
function timeOffset(bytes: Buffer, at: number): number | undefined {
  // Flags, of which the first two say that there is a time (§2.4.3.6).
  if (isMpeg2(bytes, at)) return ((bytes[at + 1] ?? 0) & 0x80) !== 0 ? at + 3 : undefined;
  // MPEG-1: stuffing, perhaps the size of a buffer, then the time after four bits, 0010 or 0011 (ISO/IEC 11172-1 §2.4.3.3).
  let place = at;
  while (place < at + 16 && bytes[place] === 0xff) place += 1;
  if ((bytes[place] ?? 0) >> 6 === 1) place += 2;
  const mark = (bytes[place] ?? 0) >> 4;
  return mark === 2 || mark === 3 ? place : undefined;
}

/** MPEG-2 begins the header of a packet with the bits 10. */
const isMpeg2 = (bytes: Buffer, at: number) => (bytes[at] ?? 0) >> 6 === 2;

/** A time of 33 bits in five bytes, with a mark after each part; nothing where the marks are missing, in bytes that are no packet. */
function timeOf(bytes: Buffer, at: number | undefined): readonly number[] {
  if (at === undefined || [0, 2, 4].some((mark) => ((bytes[at + mark] ?? 0) & 1) === 0)) return [];
  const upper = ((bytes[at] ?? 0) >> 1) & 7;
  return [upper * 2 ** 30 + (bytes.readUInt16BE(at + 1) >> 1) * 2 ** 15 + (bytes.readUInt16BE(at + 3) >> 1)];
}

const noTimes = () =>
  unreadableVideo('it does not say how long it lasts, or its times begin anew within it. Convert it to MP4.');
