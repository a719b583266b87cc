import { Bits, bitsOf } from './bits.ts';
import type { Setup, VorbisHead } from './setup.ts';

/** The samples that each packet gives, asked in their order: none for the first (Vorbis I specification §4.3.8). */
export function packetSizes(
  { blocks }: VorbisHead,
  setup: Setup | undefined,
): (packet: Uint8Array) => number {
  const modes = setup?.modes ?? [];
  let before: number | undefined;
  return (packet) => {
    const bits = new Bits(packet);
    const isSound = bits.bit() === 0;
    const mode = modes[bits.read(bitsOf(modes.length - 1))];
    if (!isSound || !mode || bits.isOver) return 0;
    const size = blocks[mode.isLong ? 1 : 0];
    const samples = before === undefined ? 0 : (before + size) / 4;
    before = size;
    return samples;
  };
}
