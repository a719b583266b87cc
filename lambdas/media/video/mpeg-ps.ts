import { clock, isScrambled, packetHeader } from '../container/packet-header.ts';
import type { ObjectReader } from '../decoding/object-reader.ts';
import { encrypted, unreadableVideo } from '../decoding/unreadable.ts';

/** Bytes at the start and at the end in which times are looked for. Our own: several seconds of a DVD. */
const searchedBytes = 2 * 1024 * 1024;
/** Times have 33 bits (ISO/IEC 13818-1 §2.4.3.7). */
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
    const { time } = packetHeader(bytes, head);
    if (isScrambled(bytes, head)) scrambled += 1;
    else if (time !== undefined) times.push(time);
  }
  return { times, scrambled };
}

const noTimes = () =>
  unreadableVideo('it does not say how long it lasts, or its times begin anew within it. Convert it to MP4.');
