import type { Bits, Samples } from './bits.ts';

const constant = 0;
const verbatim = 1;
const fixed = { least: 8, most: 12 } as const;
const linear = 32;

/**
 * The samples of one channel in a frame (RFC 9639 §9.2).
 * @param bits of a sample
 * @returns false when the bits are not a valid subframe
 */
export function readSubframe(from: Bits, bits: number, into: Samples): boolean {
  const head = from.unsigned(8);
  if (head & 0x80) return false;
  const type = head >> 1;
  const wasted = head & 1 ? from.zeros() + 1 : 0;
  const width = bits - wasted;
  if (width < 1 || !readSamples(from, type, width, into)) return false;
  if (wasted > 0) for (let at = 0; at < into.length; at += 1) into[at] = (into[at] ?? 0) * 2 ** wasted;
  return !from.isOver;
}

function readSamples(from: Bits, type: number, width: number, into: Samples): boolean {
  if (type === constant) {
    into.fill(from.signed(width));
    return true;
  }
  if (type === verbatim) {
    for (let at = 0; at < into.length; at += 1) into[at] = from.signed(width);
    return true;
  }
  if (type >= fixed.least && type <= fixed.most) {
    const order = type - fixed.least;
    return order <= into.length && warmUp(from, order, width, into) && predictFixed(into, order);
  }
  return type >= linear && readLinear(from, type - linear + 1, width, into);
}

/** The first samples verbatim, the rest as differences from the prediction. */
function warmUp(from: Bits, order: number, width: number, into: Samples): boolean {
  for (let at = 0; at < order; at += 1) into[at] = from.signed(width);
  return readResidual(from, order, into);
}

function readLinear(from: Bits, order: number, width: number, into: Samples): boolean {
  if (order > into.length) return false;
  for (let at = 0; at < order; at += 1) into[at] = from.signed(width);
  const precision = from.unsigned(4) + 1;
  const shift = from.signed(5);
  if (precision > 15 || shift < 0) return false;
  // In the order of the samples they belong to, the oldest first.
  const weights = new Float64Array(order);
  for (let index = order - 1; index >= 0; index -= 1) weights[index] = from.signed(precision);
  if (!readResidual(from, order, into)) return false;
  predictLinear(into, weights, shift);
  return true;
}

/** Differences in partitions, each with its own Rice parameter (RFC 9639 §9.2.7). */
function readResidual(from: Bits, order: number, into: Samples): boolean {
  const method = from.unsigned(2);
  if (method > 1) return false;
  const parameterBits = method === 0 ? 4 : 5;
  const uncoded = 2 ** parameterBits - 1;
  const partitions = 1 << from.unsigned(4);
  const size = into.length / partitions;
  if (!Number.isInteger(size) || size < order) return false;
  for (let partition = 0, at = order; partition < partitions && !from.isOver; partition += 1) {
    const to = (partition + 1) * size;
    const parameter = from.unsigned(parameterBits);
    if (parameter === uncoded) {
      const width = from.unsigned(5);
      for (; at < to; at += 1) into[at] = from.signed(width);
    } else {
      from.rice(parameter, into, at, to);
      at = to;
    }
  }
  return !from.isOver;
}

/** Fixed predictors: differences of an order (RFC 9639 §9.2.5). */
function predictFixed(into: Samples, order: number): boolean {
  for (let level = order; level > 0; level -= 1) {
    // The running sum of the differences of one order gives those of the order below; the first of each are known.
    sumUp(into, order, level);
  }
  return true;
}

function sumUp(into: Samples, order: number, level: number): void {
  let last = difference(into, order - 1, level - 1);
  for (let at = order; at < into.length; at += 1) {
    last += into[at] ?? 0;
    into[at] = last;
  }
}

/** The difference of an order at a sample. */
function difference(samples: Samples, at: number, order: number): number {
  if (order === 0) return samples[at] ?? 0;
  return difference(samples, at, order - 1) - difference(samples, at - 1, order - 1);
}

/** Linear predictors: weighted sums. They may need 45 bits, which fit in a double but not in JavaScript's 32-bit integers. */
function predictLinear(into: Samples, weights: Float64Array, shift: number): void {
  const order = weights.length;
  const scale = 2 ** -shift;
  for (let at = order; at < into.length; at += 1) {
    let sum = 0;
    for (let index = 0, from = at - order; index < order; index += 1, from += 1) {
      sum += (weights[index] ?? 0) * (into[from] ?? 0);
    }
    into[at] = (into[at] ?? 0) + Math.floor(sum * scale);
  }
}
