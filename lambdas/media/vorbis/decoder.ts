import type { Mix } from '../decoding/mix.ts';
import type { PacketDecoder } from '../decoding/recording.ts';
import { Bits, bitsOf } from './bits.ts';
import { applyFloor, decodeFloor } from './floor.ts';
import { InverseMdct } from './mdct.ts';
import { decodeResidue } from './residue.ts';
import type { Mapping, Setup, VorbisHead } from './setup.ts';

/**
 * Decodes packets of Vorbis I (Xiph.Org, "Vorbis I specification" §4.3) to one channel. This is no library: those on npm are GPL, or
 * need a parser that is LGPL. The channels are mixed before the transform, so that there is one for all of them.
 */
export class VorbisDecoder implements PacketDecoder {
  readonly #head: VorbisHead;
  readonly #setup: Setup;
  readonly #mix: Mix;
  readonly #transforms: ReadonlyMap<number, InverseMdct>;
  readonly #windows: ReadonlyMap<number, Float32Array>;
  /** The second half of the block before. */
  #before: Float32Array | undefined;

  /** @param mix of the channels of the head */
  constructor(head: VorbisHead, setup: Setup, mix: Mix) {
    this.#head = head;
    this.#setup = setup;
    this.#mix = mix;
    this.#transforms = new Map(head.blocks.map((size) => [size, new InverseMdct(size)]));
    this.#windows = new Map(head.blocks.map((size) => [size / 2, windowOf(size / 2)]));
  }

  /** The samples between the middles of the block before and of this one; none for the first. */
  decode(packet: Uint8Array): Float32Array {
    const block = this.#block(packet);
    const before = this.#before;
    if (!block) return new Float32Array(0);
    const half = block.length / 2;
    this.#before = block.subarray(half);
    if (!before) return new Float32Array(0);
    const samples = new Float32Array((before.length + half) / 2);
    const shift = (half - before.length) / 2;
    for (let at = 0; at < samples.length; at += 1) {
      const place = at + shift;
      const value = place >= 0 && place < half ? (block[place] ?? 0) : 0;
      samples[at] = value + (before[at] ?? 0);
    }
    return samples;
  }

  free(): void {}

  #block(packet: Uint8Array): Float32Array | undefined {
    const bits = new Bits(packet);
    if (bits.bit() !== 0) return undefined;
    const { modes } = this.#setup;
    const mode = modes[bits.read(bitsOf(modes.length - 1))];
    if (!mode || bits.isOver) return undefined;
    const [short, long] = this.#head.blocks;
    const size = mode.isLong ? long : short;
    const left = mode.isLong && bits.bit() === 0 ? short : size;
    const right = mode.isLong && bits.bit() === 0 ? short : size;
    const spectrum = mixedSpectrum(mode.mapping, bits, size / 2, this.#mix);
    const block = this.#transforms.get(size)?.transform(spectrum);
    if (block) this.#shape(block, left / 2, right / 2);
    return block;
  }

  /** Applies the window: each half rises and falls over half of the shorter block at it (§4.3.8). */
  #shape(block: Float32Array, left: number, right: number): void {
    const half = block.length / 2;
    const [rise, fall] = [this.#windows.get(left), this.#windows.get(right)];
    const from = (half - left) / 2;
    for (let at = 0; at < half; at += 1) {
      const weight = at < from ? 0 : at < from + left ? (rise?.[at - from] ?? 0) : 1;
      block[at] = (block[at] ?? 0) * weight;
    }
    const fallFrom = half + (half - right) / 2;
    for (let at = half; at < block.length; at += 1) {
      const place = at - fallFrom;
      const weight = place < 0 ? 1 : place < right ? (fall?.[right - 1 - place] ?? 0) : 0;
      block[at] = (block[at] ?? 0) * weight;
    }
  }
}

/** The rising part of the window (§1.3.2). */
const windowOf = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, at) => {
    const inner = Math.sin((Math.PI / 2) * ((at + 0.5) / length));
    return Math.sin((Math.PI / 2) * inner ** 2);
  });

/** The channels' spectra, mixed. */
function mixedSpectrum(mapping: Mapping, bits: Bits, length: number, weights: Mix): Float32Array {
  const floorOf = (channel: number) => mapping.parts[mapping.submaps[channel] ?? 0]?.floor;
  const floors = weights.map((_, channel) => {
    const floor = floorOf(channel);
    return floor && decodeFloor(floor, bits);
  });
  const isHeard = floors.map((floor) => floor !== undefined);
  for (const [one, other] of mapping.pairs) {
    if (isHeard[one] || isHeard[other]) isHeard[one] = isHeard[other] = true;
  }
  const spectra = floors.map(() => new Float32Array(length));
  for (const [submap, { residue }] of mapping.parts.entries()) {
    const own = spectra.filter((_, channel) => mapping.submaps[channel] === submap);
    const heard = spectra.filter((_, channel) => mapping.submaps[channel] === submap && isHeard[channel]);
    // Of interleaved channels, silent ones are stored too, unless all are.
    if (heard.length > 0) decodeResidue(residue, bits, residue.type === 2 ? own : heard);
  }
  for (const [magnitude, angle] of mapping.pairs.toReversed()) uncouple(spectra[magnitude], spectra[angle]);
  const mix = new Float32Array(length);
  for (const [channel, spectrum] of spectra.entries()) {
    const [floor, values] = [floorOf(channel), floors[channel]];
    const weight = weights[channel] ?? 0;
    if (!floor || !values || weight === 0) continue;
    applyFloor(floor, values, spectrum);
    for (let at = 0; at < length; at += 1) mix[at] = (mix[at] ?? 0) + weight * (spectrum[at] ?? 0);
  }
  return mix;
}

/** Two channels from magnitude and angle (§4.3.5). */
function uncouple(magnitudes: Float32Array | undefined, angles: Float32Array | undefined): void {
  if (!magnitudes || !angles) return;
  for (let at = 0; at < magnitudes.length; at += 1) {
    const [magnitude, angle] = [magnitudes[at] ?? 0, angles[at] ?? 0];
    const other = magnitude > 0 === angle > 0 ? magnitude - angle : magnitude + angle;
    magnitudes[at] = angle > 0 ? magnitude : other;
    angles[at] = angle > 0 ? other : magnitude;
  }
}
