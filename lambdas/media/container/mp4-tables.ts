import { cutShort, notReadable } from '../decoding/unreadable.ts';
import type { WatchedObject } from '../decoding/object-reader.ts';

/**
 * Tables of an MP4 file (ISO/IEC 14496-12 §8.6, §8.7) may say that there are thousands of millions of samples, in some
 * dozen bytes; the library would count them, one after the other, for hours. So what they say is held against what there is
 * before it sees them. They are found by name, wherever they are, for boxes can be nested in ways that are read differently.
 */

/** Boxes of the file itself, at most, before the one with the tables. */
const boxesMost = 10_000;
/** Bytes of all tables. Those of a video of two hours are some megabytes. */
const tableBytesMost = 12 * 1024 * 1024;
/** Samples of different sizes that lie in one piece: the library goes through them for each. Programs that copy put minutes into one. */
const chunkSamplesMost = 50_000;
/**
 * Samples that are listed one by one, for their sizes and for their order of showing, and entries of a table that become an
 * object each. A function of 256 MB holds as many; two hours of video at 60 frames a second have 432,000.
 */
const sizedSamplesMost = 750_000;
const orderedSamplesMost = 450_000;
const entriesMost = 450_000;
const headerBytes = 16;
/** Widths of a sample's size in its compact table, in bits. */
const compactWidths: readonly number[] = [4, 8, 16];

/** @throws DomainError `unsupported-media` when the tables say what cannot be */
export async function checkTables(object: WatchedObject): Promise<void> {
  let at = 0;
  for (let box = 0; box < boxesMost; box += 1) {
    const head = bufferOf(await object.range(at, at + headerBytes));
    if (head.length < headerBytes) return;
    const isLarge = head.readUInt32BE(0) === 1;
    const size = isLarge ? Number(head.readBigUInt64BE(8)) : head.readUInt32BE(0);
    if (size < (isLarge ? 16 : 8)) return;
    if (head.toString('latin1', 4, 8) !== 'moov') {
      at += size;
      continue;
    }
    if (at + size > object.size) throw cutShort('its tables are not all there');
    if (size > tableBytesMost) {
      throw notReadable('its tables are larger than those of any recording. Convert it again.');
    }
    checkTracks(bufferOf(await object.range(at, at + size)));
    return;
  }
  throw notReadable('it is in too many parts. Convert it again.');
}

function checkTracks(tables: Buffer): void {
  const starts = [0, ...placesOf(tables, 'trak'), tables.length];
  for (const [index, start] of starts.slice(0, -1).entries()) {
    if (!isPlausible(tables.subarray(start, starts[index + 1]))) {
      throw notReadable('its tables say what cannot be. Check that it plays, and convert it again.');
    }
  }
}

function isPlausible(track: Buffer): boolean {
  const chunks = [...placesOf(track, 'stco'), ...placesOf(track, 'co64')]
    .map((at) => u32(track, at + 8))
    .reduce((sum, count) => sum + count, 0);
  const sizes = placesOf(track, 'stsz');
  const isOneSize = sizes.length === 1 && sizes.every((at) => u32(track, at + 8) > 0);
  const chunksFit = placesOf(track, 'stsc').every((at) =>
    entries(track, at, 12).every(
      ([first, samples]) =>
        first >= 1 &&
        first <= Math.max(1, chunks) &&
        samples >= 1 &&
        (isOneSize || samples <= chunkSamplesMost),
    ),
  );
  const counted = (name: string) => placesOf(track, name).reduce((sum, at) => sum + u32(track, at + 8), 0);
  const entriesFit = ['stts', 'ctts', 'stsc'].every((name) => counted(name) <= entriesMost);
  const sizesFit = isOneSize || sizes.every((at) => u32(track, at + 12) <= sizedSamplesMost);
  const compactFit = placesOf(track, 'stz2').every((at) => compactWidths.includes(track[at + 11] ?? 0));
  const counts = (name: string) =>
    placesOf(track, name)
      .map((at) => entries(track, at, 8).reduce((sum, [count]) => sum + count, 0))
      .reduce((sum, count) => sum + count, 0);
  const isOrdered = placesOf(track, 'ctts').length > 0;
  const orderFits = !isOrdered || Math.max(counts('stts'), counts('ctts')) <= orderedSamplesMost;
  return chunksFit && entriesFit && sizesFit && compactFit && orderFits;
}

/** The same bytes, not a copy: tables are megabytes. */
const bufferOf = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Places of a name in bytes. */
function placesOf(bytes: Buffer, name: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 4)) places.push(at);
  return places;
}

/** The first two numbers of each entry of a table that is there. */
function* entries(bytes: Buffer, at: number, entryBytes: number): Generator<readonly [number, number], void> {
  const first = at + 12;
  const fit = Math.max(0, Math.floor((bytes.length - first) / entryBytes));
  const count = Math.min(fit, u32(bytes, at + 8));
  for (let place = first; place < first + count * entryBytes; place += entryBytes) {
    yield [u32(bytes, place), u32(bytes, place + 4)];
  }
}

const u32 = (bytes: Buffer, at: number) => (at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0);
