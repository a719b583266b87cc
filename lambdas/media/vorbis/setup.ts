import { unreadable } from '../decoding/unreadable.ts';
import { Bits, bitsOf } from './bits.ts';
import { BookRoom, type Codebook, contradicts, readCodebook } from './codebook.ts';
import { type Floor, readFloor } from './floor.ts';
import { type Residue, readResidue } from './residue.ts';

/** How the channels of a block are coded (Vorbis I specification §4.2.4). */
export interface Mapping {
  /** Pairs of channels that are stored as magnitude and angle. */
  readonly pairs: readonly (readonly [magnitude: number, angle: number])[];
  /** Number of the submap of each channel. */
  readonly submaps: readonly number[];
  readonly parts: readonly { readonly floor: Floor; readonly residue: Residue }[];
}

/** The setup header. */
export interface Setup {
  readonly books: readonly Codebook[];
  readonly modes: readonly { readonly isLong: boolean; readonly mapping: Mapping }[];
}

/** The identification header (§4.2.2). */
export interface VorbisHead {
  readonly channels: number;
  readonly sampleRate: number;
  /** Samples of a short block and of a long one. */
  readonly blocks: readonly [short: number, long: number];
}

/** Bytes of the type and the name before each header. */
const markBytes = 7;

/** @param packet first packet of the stream */
export function readHead(packet: Uint8Array): VorbisHead {
  const bits = new Bits(packet);
  bits.skipBytes(markBytes);
  const version = bits.read(32);
  const [channels, sampleRate] = [bits.read(8), bits.read(32)];
  bits.skipBytes(12);
  const [short, long] = [2 ** bits.read(4), 2 ** bits.read(4)];
  const isValid = version === 0 && short >= 64 && short <= long && long <= 8192 && bits.bit() === 1;
  if (!isValid) throw contradicts();
  return { channels, sampleRate, blocks: [short, long] };
}

/** @param packet third packet of the stream */
export function readSetup(packet: Uint8Array, channels: number): Setup {
  const bits = new Bits(packet);
  bits.skipBytes(markBytes);
  const list = <Item>(width: number, read: () => Item): Item[] =>
    Array.from({ length: bits.read(width) + 1 }, read);
  const room = new BookRoom();
  const books = list(8, () => readCodebook(bits, room));
  list(6, () => bits.read(16));
  const floors = list(6, () => readFloor(bits, books));
  const residues = list(6, () => readResidue(bits, books));
  const mappings = list(6, () => readMapping(bits, channels, floors, residues));
  const modes = list(6, () => {
    const isLong = bits.bit() === 1;
    bits.read(32);
    return { isLong, mapping: at(mappings, bits.read(8)) };
  });
  if (bits.bit() !== 1 || bits.isOver) throw contradicts();
  return { books, modes };
}

function readMapping(
  bits: Bits,
  channels: number,
  floors: readonly Floor[],
  residues: readonly Residue[],
): Mapping {
  if (bits.read(16) !== 0) throw unreadable('its Vorbis is of a kind that does not exist. Convert it again.');
  const count = bits.bit() ? bits.read(4) + 1 : 1;
  const width = bitsOf(channels - 1);
  const pairs: [number, number][] = [];
  if (bits.bit()) {
    for (let left = bits.read(8) + 1; left > 0; left -= 1) {
      const pair: [number, number] = [bits.read(width), bits.read(width)];
      if (pair[0] === pair[1] || Math.max(...pair) >= channels) throw contradicts();
      pairs.push(pair);
    }
  }
  if (bits.read(2) !== 0) throw contradicts();
  const submaps = Array.from({ length: channels }, () => (count > 1 ? bits.read(4) : 0));
  if (submaps.some((submap) => submap >= count)) throw contradicts();
  const parts = Array.from({ length: count }, () => {
    bits.read(8);
    return { floor: at(floors, bits.read(8)), residue: at(residues, bits.read(8)) };
  });
  return { pairs, submaps, parts };
}

/** @throws DomainError `unsupported-media` when there is none */
export function at<Item>(items: readonly Item[], place: number): Item {
  const item = items[place];
  if (item === undefined) throw contradicts();
  return item;
}
