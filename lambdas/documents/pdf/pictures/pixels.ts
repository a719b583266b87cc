import type { Pixels } from '../../pictures/write-png.ts';

/** A picture as PDF.js decodes it. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  /** Absent for a mask, whose zeros are painted. */
  readonly kind?: number;
  readonly data?: Uint8Array | Uint8ClampedArray | null;
  /** The object that it stands in: its number, `R`, and its generation unless that is 0. */
  readonly ref?: string | null;
}

/** Source: `ImageKind` of PDF.js. */
const [bitsOfGrey, colours, coloursOverWhite] = [1, 2, 3];

/** The pixels of a picture; undefined when there are fewer than it says. */
export function pixelsOf({ width, height, kind = bitsOfGrey, data }: DecodedImage): Pixels | undefined {
  if (!data || width < 1 || height < 1) return undefined;
  if (kind === bitsOfGrey) {
    return data.length < Math.ceil(width / 8) * height
      ? undefined
      : { width, height, kind: 'bits', data: data as Uint8Array };
  }
  const step = kind === colours ? 3 : kind === coloursOverWhite ? 4 : 0;
  const count = width * height;
  if (step === 0 || data.length < count * step) return undefined;
  const isGrey = !hasColour(data, count, step);
  const channels = isGrey ? 1 : 3;
  const pixels = new Uint8Array(count * channels);
  for (let pixel = 0; pixel < count; pixel += 1) {
    const from = pixel * step;
    const opaque = step === 4 ? (data[from + 3] ?? 255) / 255 : 1;
    for (let channel = 0; channel < channels; channel += 1) {
      pixels[pixel * channels + channel] = 255 - (255 - (data[from + channel] ?? 255)) * opaque;
    }
  }
  return { width, height, kind: isGrey ? 'grey' : 'colours', data: pixels };
}

/** Shades by which a grey picture may seem coloured, after the scanner. */
const tint = 24;

function hasColour(data: Uint8Array | Uint8ClampedArray, count: number, step: number): boolean {
  for (let at = 0; at < count * step; at += step) {
    const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]];
    if (Math.abs(red - green) > tint || Math.abs(green - blue) > tint) return true;
  }
  return false;
}
