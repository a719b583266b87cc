import type { Bits } from './bits.ts';
import { type Codebook, contradicts, decodeEntry } from './codebook.ts';

/** The fine structure of a spectrum (Vorbis I specification §8). */
export interface Residue {
  /** 0: vectors are interleaved in a partition; 1: they follow each other; 2: so do the channels' values. */
  readonly type: number;
  readonly begin: number;
  readonly end: number;
  readonly partition: number;
  readonly classes: number;
  readonly classBook: Codebook;
  /** Books of each class, by pass. */
  readonly books: readonly (readonly (Codebook | undefined)[])[];
}

const passes = 8;

export function readResidue(bits: Bits, books: readonly Codebook[]): Residue {
  const type = bits.read(16);
  const [begin, end, partition] = [bits.read(24), bits.read(24), bits.read(24) + 1];
  const classes = bits.read(6) + 1;
  const classBook = books[bits.read(8)];
  if (type > 2 || end < begin || !classBook) throw contradicts();
  const cascades = Array.from({ length: classes }, () => {
    const low = bits.read(3);
    return (bits.bit() ? bits.read(5) : 0) * 8 + low;
  });
  const bookAt = () => {
    const book = books[bits.read(8)];
    if (!book?.vectors) throw contradicts();
    return book;
  };
  return {
    type,
    begin,
    end,
    partition,
    classes,
    classBook,
    books: cascades.map((cascade) =>
      Array.from({ length: passes }, (_, pass) => ((cascade >> pass) & 1 ? bookAt() : undefined)),
    ),
  };
}

/** Adds the residue of a block to the spectra of some channels. */
export function decodeResidue(residue: Residue, bits: Bits, spectra: readonly Float32Array[]): void {
  const [first] = spectra;
  if (!first) return;
  if (residue.type !== 2) {
    decodeVectors(residue, bits, spectra);
    return;
  }
  const all = new Float32Array(first.length * spectra.length);
  decodeVectors(residue, bits, [all]);
  for (const [channel, spectrum] of spectra.entries()) {
    for (let at = 0; at < spectrum.length; at += 1) spectrum[at] = all[at * spectra.length + channel] ?? 0;
  }
}

function decodeVectors(residue: Residue, bits: Bits, vectors: readonly Float32Array[]): void {
  const { partition, classes, classBook, books } = residue;
  const size = vectors[0]?.length ?? 0;
  const begin = Math.min(residue.begin, size);
  const count = Math.floor((Math.min(residue.end, size) - begin) / partition);
  const kinds = vectors.map(() => new Uint8Array(count + classBook.dimensions));
  for (let pass = 0; pass < passes; pass += 1) {
    for (let place = 0; place < count; ) {
      if (pass === 0) {
        for (const kind of kinds) {
          let value = decodeEntry(classBook, bits);
          if (value < 0) return;
          for (let at = Math.min(classBook.dimensions, kind.length - place) - 1; at >= 0; at -= 1) {
            kind[place + at] = value % classes;
            value = Math.floor(value / classes);
          }
        }
      }
      for (let left = classBook.dimensions; left > 0 && place < count; left -= 1, place += 1) {
        for (const [channel, vector] of vectors.entries()) {
          const book = books[kinds[channel]?.[place] ?? 0]?.[pass];
          if (book && !addPartition(residue, book, bits, vector, begin + place * partition)) return;
        }
      }
    }
  }
}

/** @returns false at the end of the packet */
function addPartition(
  { type, partition }: Residue,
  book: Codebook,
  bits: Bits,
  vector: Float32Array,
  from: number,
): boolean {
  const { dimensions, vectors } = book;
  const steps = Math.floor(partition / dimensions);
  if (!vectors) return false;
  for (let step = 0; step < steps; step += 1) {
    const entry = decodeEntry(book, bits);
    if (entry < 0) return false;
    for (let at = 0; at < dimensions; at += 1) {
      const place = from + (type === 0 ? step + at * steps : step * dimensions + at);
      vector[place] = (vector[place] ?? 0) + (vectors[entry * dimensions + at] ?? 0);
    }
  }
  return true;
}
