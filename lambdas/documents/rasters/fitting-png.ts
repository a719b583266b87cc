import { type Pixels, writePng } from '../pictures/write-png.ts';

/** A picture as PNG, half as wide and high as often as it takes to fit. */
export async function fittingPng(pixels: Pixels, mostBytes: number): Promise<Buffer> {
  const png = await writePng(pixels);
  return png.length <= mostBytes || pixels.kind === 'bits' || pixels.height < 2 || pixels.width < 2
    ? png
    : fittingPng(halved(pixels), mostBytes);
}

/** Every second pixel of every second row. */
function halved({ width, height, kind, writeRow }: Pixels): Pixels {
  const channels = kind === 'colours' ? 3 : 1;
  const whole = new Uint8Array(width * channels);
  const half = width >> 1;
  return {
    ...{ width: half, height: height >> 1, kind },
    writeRow: (row, target) => {
      writeRow(row * 2, whole);
      for (let at = 0; at < half * channels; at += 1) {
        target[at] = whole[Math.floor(at / channels) * 2 * channels + (at % channels)] ?? 0;
      }
    },
  };
}
