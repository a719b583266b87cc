import type { BitReader } from './bit-reader.ts';

/** Bytes that are no FLAC: damage, or something that looked like the start of a frame. */
export class DamagedFrameError extends Error {
  override readonly name = 'DamagedFrameError';
}

/** Weights of the samples before, the last first, by the order of a fixed predictor. Source: RFC 9639 §9.2.5. */
const fixedWeights = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]] as const;

/**
 * The samples of one channel in a frame. Source: RFC 9639 §9.2.
 * @param bits of a sample
 * @param size samples in the frame
 */
export function readSubframe(reader: BitReader, bits: number, size: number): Float64Array {
  if (reader.unsigned(1) !== 0) throw new DamagedFrameError('A subframe begins with a one');
  const type = reader.unsigned(6);
  const wasted = reader.unsigned(1) === 1 ? reader.unary() + 1 : 0;
  const depth = bits - wasted;
  if (depth < 1) throw new DamagedFrameError('A subframe wastes all its bits');
  const samples = new Float64Array(size);
  if (type === 0) samples.fill(reader.signed(depth));
  else if (type === 1) for (let at = 0; at < size; at += 1) samples[at] = reader.signed(depth);
  else if (type >= 8 && type <= 12) readPredicted(reader, samples, depth, type - 8, fixedWeights[type - 8]);
  else if (type >= 32) readPredicted(reader, samples, depth, type - 31);
  else throw new DamagedFrameError(`There is no subframe of type ${type}`);
  if (wasted > 0) for (let at = 0; at < size; at += 1) samples[at] = (samples[at] ?? 0) * 2 ** wasted;
  return samples;
}

/** @param fixed the weights, where they are not in the stream */
function readPredicted(
  reader: BitReader,
  samples: Float64Array,
  depth: number,
  order: number,
  fixed?: readonly number[],
): void {
  if (order > samples.length) throw new DamagedFrameError('A predictor is longer than its frame');
  for (let at = 0; at < order; at += 1) samples[at] = reader.signed(depth);
  const { weights, scale } = fixed ? { weights: fixed, scale: 1 } : readWeights(reader, order);
  readResiduals(reader, samples, order);
  for (let at = order; at < samples.length; at += 1) {
    let sum = 0;
    for (let back = 0; back < order; back += 1) sum += (weights[back] ?? 0) * (samples[at - 1 - back] ?? 0);
    samples[at] = (samples[at] ?? 0) + Math.floor(sum * scale);
  }
}

/** Source: RFC 9639 §9.2.6. */
function readWeights(reader: BitReader, order: number) {
  const precision = reader.unsigned(4) + 1;
  const shift = reader.signed(5);
  if (precision === 16 || shift < 0) throw new DamagedFrameError('A predictor has no such weights');
  const weights = Array.from({ length: order }, () => reader.signed(precision));
  return { weights, scale: 2 ** -shift };
}

/** What the predictor was wrong by, into the places behind its first samples. Source: RFC 9639 §9.2.7. */
function readResiduals(reader: BitReader, samples: Float64Array, order: number): void {
  const method = reader.unsigned(2);
  if (method > 1) throw new DamagedFrameError(`There is no coding method ${method}`);
  const parameterBits = 4 + method;
  const unencoded = (1 << parameterBits) - 1;
  const partitions = 1 << reader.unsigned(4);
  const size = samples.length / partitions;
  if (!Number.isInteger(size) || size < order) throw new DamagedFrameError('A frame has no such partitions');
  let at = order;
  for (let partition = 1; partition <= partitions; partition += 1) {
    const parameter = reader.unsigned(parameterBits);
    const end = partition * size;
    if (parameter === unencoded) {
      const raw = reader.unsigned(5);
      for (; at < end; at += 1) samples[at] = reader.signed(raw);
      continue;
    }
    for (; at < end; at += 1) {
      const folded = reader.unary() * 2 ** parameter + wide(reader, parameter);
      samples[at] = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
    }
  }
}

/** A number of up to 30 bits. */
const wide = (reader: BitReader, count: number): number =>
  count > 24 ? reader.unsigned(count - 24) * 0x100_0000 + reader.unsigned(24) : reader.unsigned(count);
