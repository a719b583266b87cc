import { crc32 } from 'node:zlib';
import { type Emotion, emotions } from '@nova/shared/vocabulary';

/** How words become tones. Everything stays under 3.4 kHz, so that audio of 8,000 samples a second carries it whole. */

/** Voices the modem has, one band of tones each. */
export const speakers = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
export type Speaker = (typeof speakers)[number];

/** Symbols a second; each is one of four tones, so it carries two bits. */
export const symbolRate = 100;
const lowestTone = 400;
const toneSpacing = 100;
const bandSpacing = 500;
const tonesPerBand = 4;

/** Hertz of a symbol's tone in a speaker's band. Whole periods a symbol: the tones are orthogonal. */
export const toneOf = (band: number, symbol: number) =>
  lowestTone + band * bandSpacing + symbol * toneSpacing;

/** The highest tone of all, in hertz. */
export const highestTone = toneOf(speakers.length - 1, tonesPerBand - 1);

/** Symbols that open a frame. */
export const sync = [0, 3, 0, 2, 3, 1] as const;

/**
 * A frame carries one word, or a part of a long one: sync, header (emotion, whether the next frame continues the word,
 * length), 1 to 16 bytes of UTF-8, checksum.
 */
export interface Frame {
  readonly bytes: Uint8Array;
  readonly emotion: Emotion;
  readonly continues: boolean;
}

const maxBytes = 16;
const checksumBytes = 2;
const symbolsPerByte = 4;

/** Symbols from a frame's start to its payload. */
export const headSymbols = sync.length + symbolsPerByte;

/** The frames of a word. */
export function framesOf(word: string, emotion: Emotion): Frame[] {
  const bytes = new TextEncoder().encode(word);
  const count = Math.ceil(bytes.length / maxBytes);
  return Array.from({ length: count }, (_, index) => ({
    bytes: bytes.subarray(index * maxBytes, (index + 1) * maxBytes),
    emotion,
    continues: index + 1 < count,
  }));
}

/** The symbols of a frame, 0 to 3 each. */
export function toSymbols({ bytes, emotion, continues }: Frame): number[] {
  const header = (emotions.indexOf(emotion) << 5) | (Number(continues) << 4) | (bytes.length - 1);
  const body = Uint8Array.of(header, ...bytes);
  return [...sync, ...[...body, ...checksum(body)].flatMap(symbolsOf)];
}

/** Symbols of the whole frame that a header byte announces. */
export const frameSymbols = (header: number) =>
  headSymbols + ((header & 0xf) + 1 + checksumBytes) * symbolsPerByte;

/**
 * A frame from its bytes, header to checksum.
 * @returns undefined when the checksum does not match
 */
export function fromBytes(received: Uint8Array): Frame | undefined {
  const body = received.subarray(0, -checksumBytes);
  const header = body[0] ?? 0;
  const emotion = emotions[header >> 5];
  const sum = checksum(body);
  const intact = sum.every((byte, index) => byte === received[body.length + index]);
  return intact && emotion
    ? { bytes: body.subarray(1), emotion, continues: (header & 0x10) !== 0 }
    : undefined;
}

/** The byte of four symbols, most significant first. */
export const byteOf = (symbols: readonly number[]) =>
  symbols.reduce((byte, symbol) => (byte << 2) | symbol, 0);

const symbolsOf = (byte: number) => [byte >> 6, (byte >> 4) & 3, (byte >> 2) & 3, byte & 3];

function checksum(body: Uint8Array): [number, number] {
  const sum = crc32(body);
  return [(sum >>> 8) & 0xff, sum & 0xff];
}
