import { unreadable } from '../decoding/unreadable.ts';
import { type Bits, bitsOf } from './bits.ts';
import { type Codebook, contradicts, decodeEntry } from './codebook.ts';

interface FloorClass {
  readonly dimensions: number;
  readonly subclassBits: number;
  readonly master: Codebook | undefined;
  readonly books: readonly (Codebook | undefined)[];
}

/** A floor of type 1 (Vorbis I specification §7): the curve of a spectrum as lines between points. */
export interface Floor {
  readonly classes: readonly FloorClass[];
  readonly multiplier: number;
  /** Places of the points; their order by place; the nearest places below and above each, of those before it. */
  readonly places: readonly number[];
  readonly order: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const maxPoints = 65;
const ranges = [256, 128, 86, 64] as const;
/** Heights in steps of 140/256 decibels (§10.1). */
const heights = Float32Array.from({ length: 256 }, (_, step) => 10 ** (((step - 255) * 140) / 256 / 20));

export function readFloor(bits: Bits, books: readonly Codebook[]): Floor {
  const type = bits.read(16);
  if (type === 0)
    throw unreadable('its Vorbis is of an encoder before 2001, with floors of type 0. Convert it again.');
  if (type !== 1) throw contradicts();
  const partitions = Array.from({ length: bits.read(5) }, () => bits.read(4));
  const kinds = Array.from({ length: Math.max(-1, ...partitions) + 1 }, () => readClass(bits, books));
  const multiplier = bits.read(2) + 1;
  const width = bits.read(4);
  const classes = partitions.flatMap((kind) => kinds[kind] ?? []);
  const count = classes.reduce((sum, { dimensions }) => sum + dimensions, 0);
  if (count + 2 > maxPoints) throw contradicts();
  const places = [0, 2 ** width, ...Array.from({ length: count }, () => bits.read(width))];
  if (new Set(places).size !== places.length) throw contradicts();
  const order = places.map((_, point) => point).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const nearest = (point: number, isLow: boolean) => {
    const place = places[point] ?? 0;
    const before = order.filter((other) => other < point);
    return isLow
      ? (before.findLast((other) => (places[other] ?? 0) < place) ?? 0)
      : (before.find((other) => (places[other] ?? 0) > place) ?? 1);
  };
  const low = places.map((_, point) => nearest(point, true));
  const high = places.map((_, point) => nearest(point, false));
  return { classes, multiplier, places, order, low, high };
}

function readClass(bits: Bits, books: readonly Codebook[]): FloorClass {
  const dimensions = bits.read(3) + 1;
  const subclassBits = bits.read(2);
  const bookAt = (place: number) => {
    if (place >= books.length) throw contradicts();
    return books[place];
  };
  const master = subclassBits > 0 ? bookAt(bits.read(8)) : undefined;
  const numbers = Array.from({ length: 2 ** subclassBits }, () => bits.read(8) - 1);
  return {
    dimensions,
    subclassBits,
    master,
    books: numbers.map((one) => (one < 0 ? undefined : bookAt(one))),
  };
}

/** The heights of the points of a block, in steps; undefined where the channel is silent. */
export function decodeFloor(floor: Floor, bits: Bits): number[] | undefined {
  if (bits.bit() === 0) return undefined;
  const range = ranges[floor.multiplier - 1] ?? 0;
  const width = bitsOf(range - 1);
  const values = [bits.read(width), bits.read(width)];
  for (const { dimensions, subclassBits, master, books } of floor.classes) {
    let value = master ? decodeEntry(master, bits) : 0;
    for (let at = 0; at < dimensions; at += 1) {
      const book = books[value & (2 ** subclassBits - 1)];
      value >>= subclassBits;
      values.push(book ? decodeEntry(book, bits) : 0);
    }
  }
  return bits.isOver ? undefined : values;
}

/** Multiplies a spectrum by the curve of its floor (§7.2.4). */
export function applyFloor(floor: Floor, values: readonly number[], spectrum: Float32Array): void {
  const { places, order, multiplier } = floor;
  const { final, isUsed } = pointsOf(floor, values);
  let [fromX, fromY] = [0, (final[0] ?? 0) * multiplier];
  for (const point of order) {
    if (!isUsed[point]) continue;
    const [toX, toY] = [places[point] ?? 0, (final[point] ?? 0) * multiplier];
    line(spectrum, [fromX, fromY], [toX, toY]);
    [fromX, fromY] = [toX, toY];
  }
  line(spectrum, [fromX, fromY], [spectrum.length, fromY]);
}

/** The points' heights, from their differences from the line between their neighbours. */
function pointsOf({ places, low, high, multiplier }: Floor, values: readonly number[]) {
  const range = ranges[multiplier - 1] ?? 0;
  const final = [...values];
  const isUsed = values.map((_, point) => point < 2);
  for (let point = 2; point < values.length; point += 1) {
    const [below, above] = [low[point] ?? 0, high[point] ?? 1];
    const [x0, x1] = [places[below] ?? 0, places[above] ?? 0];
    const [y0, y1] = [final[below] ?? 0, final[above] ?? 0];
    const rise = Math.trunc(((y1 - y0) * ((places[point] ?? 0) - x0)) / (x1 - x0));
    const expected = y0 + rise;
    const value = values[point] ?? 0;
    final[point] = expected;
    if (value === 0) continue;
    isUsed[below] = true;
    isUsed[above] = true;
    isUsed[point] = true;
    const [up, down] = [range - expected, expected];
    if (value >= 2 * Math.min(up, down)) final[point] = up > down ? value : range - value - 1;
    else final[point] = value & 1 ? expected - (value + 1) / 2 : expected + value / 2;
  }
  return { final, isUsed };
}

/** A line in whole steps, up to its end (§9.2.7). */
function line(
  spectrum: Float32Array,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
): void {
  const [width, height] = [x1 - x0, y1 - y0];
  const base = Math.trunc(height / width);
  const sign = height < 0 ? -1 : 1;
  const rest = Math.abs(height) - Math.abs(base) * width;
  let [y, error] = [y0, 0];
  for (let x = x0; x < Math.min(x1, spectrum.length); x += 1) {
    spectrum[x] = (spectrum[x] ?? 0) * (heights[Math.max(0, Math.min(255, y))] ?? 0);
    error += rest;
    y += base;
    if (error >= width) {
      error -= width;
      y += sign;
    }
  }
}
