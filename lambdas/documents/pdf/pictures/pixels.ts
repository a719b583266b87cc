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
const [bitsOfGrey, colours, coloursWithOpacity] = [1, 2, 3];

/** The pixels of a picture, on white; undefined when there are fewer than it says. */
export function pixelsOf({ width, height, kind = bitsOfGrey, data }: DecodedImage): Pixels | undefined {
  if (!data || width < 1 || height < 1) return undefined;
  if (kind === bitsOfGrey) {
    const bytes = Math.ceil(width / 8);
    if (data.length < bytes * height) return undefined;
    const writeRow = (row: number, target: Uint8Array) =>
      target.set(data.subarray(row * bytes, (row + 1) * bytes));
    return { width, height, kind: 'bits', writeRow };
  }
  const step = kind === colours ? 3 : kind === coloursWithOpacity ? 4 : 0;
  if (step === 0 || data.length < width * height * step) return undefined;
  const isGrey = !hasColour(data, width * height * step, step);
  const channels = isGrey ? 1 : 3;
  const writeRow = (row: number, target: Uint8Array) => {
    for (let column = 0; column < width; column += 1) {
      const from = (row * width + column) * step;
      const opaque = step === 4 ? (data[from + 3] ?? 255) / 255 : 1;
      for (let channel = 0; channel < channels; channel += 1) {
        target[column * channels + channel] = 255 - (255 - (data[from + channel] ?? 255)) * opaque;
      }
    }
  };
  return { width, height, kind: isGrey ? 'grey' : 'colours', writeRow };
}

/** Shades by which a grey picture may seem coloured, after the scanner. */
const tint = 24;

function hasColour(data: Uint8Array | Uint8ClampedArray, length: number, step: number): boolean {
  for (let at = 0; at < length; at += step) {
    const green = data[at + 1] ?? 0;
    if (Math.abs((data[at] ?? 0) - green) > tint || Math.abs((data[at + 2] ?? 0) - green) > tint) return true;
  }
  return false;
}
