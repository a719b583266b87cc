import type { ObjectReader } from '../decoding/object-reader.ts';
import { cutShort, encrypted, type Refuse, unreadable } from '../decoding/unreadable.ts';

/**
 * A few dozen bytes of an MP4 file's tables (ISO/IEC 14496-12 §8.6, §8.7) can claim thousands of millions of samples, and
 * the library would count them one by one for hours. So the tables are checked against the file before the library reads
 * them. They are found by name at any depth, because parsers differ in how they read nested boxes.
 */

/** Top-level boxes before the one with the tables, at most. */
const maxBoxes = 10_000;
/** Bytes of all tables. A video of two hours has some megabytes of them. */
const maxTableBytes = 12 * 1024 * 1024;
/** Samples of different sizes in one chunk: the library goes through all of them for each. Programs that copy tracks put minutes into one chunk. */
const maxChunkSamples = 50_000;
/**
 * Samples that are listed one by one for their sizes, samples listed for their presentation order, and table entries that
 * become an object each. A function of 256 MB holds this many; two hours of video at 60 frames a second have 432,000.
 */
const maxSizedSamples = 750_000;
const maxOrderedSamples = 450_000;
const maxEntries = 450_000;
/** Tracks of a file, at most. Our own. */
const maxTracks = 1000;
/**
 * Tables of one name in a track, at most. A track has one of each; the letters of a name may stand in others by chance. Tables
 * that overlap would be read again and again.
 */
const maxTables = 4;
const tableNames = ['stts', 'ctts', 'stsc', 'stsz', 'stz2', 'stco', 'co64'];
const headerBytes = 16;
/** Formats of encrypted samples: Common Encryption (ISO/IEC 23001-7 §4.2), and the older ones of Apple's shops. */
const encryptedFormats = ['encv', 'enca', 'drms', 'drmi'];
/** Bytes from the name of a table of formats to the name of the first format (ISO/IEC 14496-12 §8.5.2). */
const formatAt = 16;
/** Widths of a sample's size in its compact table, in bits. */
const compactWidths: readonly number[] = [4, 8, 16];

/** Facts that the tables of an MP4 file tell. */
export interface Tables {
  /** Most samples are listed in fragments all over the file (ISO/IEC 14496-12 §8.8.1). */
  readonly isFragmented: boolean;
}

const noTables: Tables = { isFragmented: false };

/**
 * @param refuse makes the error from a sentence
 * @throws DomainError `unsupported-media` when the samples are encrypted, or the tables claim more than the file or a function can hold
 */
export async function checkTables(object: ObjectReader, refuse: Refuse = unreadable): Promise<Tables> {
  let at = 0;
  for (let box = 0; box < maxBoxes; box += 1) {
    const head = bufferOf(await object.range(at, at + headerBytes));
    if (head.length < headerBytes) return noTables;
    const isLarge = head.readUInt32BE(0) === 1;
    const size = isLarge ? Number(head.readBigUInt64BE(8)) : head.readUInt32BE(0);
    if (size < (isLarge ? 16 : 8)) return noTables;
    if (head.toString('latin1', 4, 8) !== 'moov') {
      at += size;
      continue;
    }
    if (at + size > object.size) throw refuse(cutShort('its tables are incomplete'));
    if (size > maxTableBytes) {
      throw refuse('its tables are larger than those of any recording. Convert it again.');
    }
    const tables = bufferOf(await object.range(at, at + size));
    checkTracks(tables, refuse);
    return { isFragmented: tables.includes('mvex') };
  }
  throw refuse('it has too many boxes. Convert it again.');
}

function checkTracks(tables: Buffer, refuse: Refuse): void {
  const starts = [0, ...offsetsOf(tables, 'trak'), tables.length];
  if (starts.length > maxTracks) throw refuse('it has too many tracks. Convert it again.');
  for (const [index, start] of starts.slice(0, -1).entries()) {
    const track = tables.subarray(start, starts[index + 1]);
    if (isEncrypted(track)) throw refuse(encrypted);
    if (!isPlausible(track)) {
      throw refuse('its tables contradict themselves. Check that it plays, and convert it again.');
    }
  }
}

const isEncrypted = (track: Buffer): boolean =>
  offsetsOf(track, 'stsd').some((at) =>
    encryptedFormats.includes(track.toString('latin1', at + formatAt, at + formatAt + 4)),
  );

function isPlausible(track: Buffer): boolean {
  if (tableNames.some((name) => offsetsOf(track, name).length > maxTables)) return false;
  const chunks = [...offsetsOf(track, 'stco'), ...offsetsOf(track, 'co64')]
    .map((at) => u32(track, at + 8))
    .reduce((sum, count) => sum + count, 0);
  const sizes = offsetsOf(track, 'stsz');
  const isOneSize = sizes.length === 1 && sizes.every((at) => u32(track, at + 8) > 0);
  const chunksFit = offsetsOf(track, 'stsc').every((at) =>
    entries(track, at, 12).every(
      ([first, samples]) =>
        first >= 1 &&
        first <= Math.max(1, chunks) &&
        samples >= 1 &&
        (isOneSize || samples <= maxChunkSamples),
    ),
  );
  const counted = (name: string) => offsetsOf(track, name).reduce((sum, at) => sum + u32(track, at + 8), 0);
  const entriesFit = ['stts', 'ctts', 'stsc'].every((name) => counted(name) <= maxEntries);
  const sizesFit = isOneSize || sizes.every((at) => u32(track, at + 12) <= maxSizedSamples);
  const compactFit = offsetsOf(track, 'stz2').every((at) => compactWidths.includes(track[at + 11] ?? 0));
  const counts = (name: string) =>
    offsetsOf(track, name)
      .map((at) => entries(track, at, 8).reduce((sum, [count]) => sum + count, 0))
      .reduce((sum, count) => sum + count, 0);
  const isOrdered = offsetsOf(track, 'ctts').length > 0;
  const orderFits = !isOrdered || Math.max(counts('stts'), counts('ctts')) <= maxOrderedSamples;
  return chunksFit && entriesFit && sizesFit && compactFit && orderFits;
}

/** The same bytes, not a copy: tables are megabytes. */
const bufferOf = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Offsets of a box's name. */
function offsetsOf(bytes: Buffer, name: string): number[] {
  const offsets: number[] = [];
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 4)) offsets.push(at);
  return offsets;
}

/** The first two numbers of each entry of a table, as far as its bytes go. */
function* entries(bytes: Buffer, at: number, entryBytes: number): Generator<readonly [number, number], void> {
  const first = at + 12;
  const fit = Math.max(0, Math.floor((bytes.length - first) / entryBytes));
  const count = Math.min(fit, u32(bytes, at + 8));
  for (let offset = first; offset < first + count * entryBytes; offset += entryBytes) {
    yield [u32(bytes, offset), u32(bytes, offset + 4)];
  }
}

const u32 = (bytes: Buffer, at: number) => (at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0);
