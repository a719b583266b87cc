import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aBmp, aTiff, type TiffPage } from '../../testing/raster-files.ts';
import type { Pixels } from '../pictures/write-png.ts';
import type { Fault } from './faults.ts';
import { fittingPng } from './fitting-png.ts';
import { rasterPages } from './raster-pages.ts';

type Type = 'image/avif' | 'image/bmp' | 'image/tiff';

const decoded = async (type: Type, file: Uint8Array): Promise<(Pixels | Fault)[]> => {
  const pages: (Pixels | Fault)[] = [];
  for (const page of await rasterPages(type, file)) pages.push(await page());
  return pages;
};

/** The bytes of all rows of a page, or why it is not decoded. */
function rowsOf(page: Pixels | Fault | undefined): string {
  if (!page || 'fault' in page) return page?.fault ?? 'no page';
  const bytes = { bits: Math.ceil(page.width / 8), grey: page.width, colours: page.width * 3 }[page.kind];
  return Array.from({ length: page.height }, (_, row) => {
    const target = Buffer.alloc(bytes);
    page.writeRow(row, target);
    return target.toString('hex');
  }).join(' ');
}

const avif = (name: string) =>
  readFileSync(new URL(`../../../tests/fixtures/pictures/${name}.avif`, import.meta.url));

const grey = Buffer.from([0, 80, 160, 240]);
const [red, blue] = [Buffer.from([255, 0, 0]), Buffer.from([0, 0, 255])];

describe('a page of a TIFF file', () => {
  it.each<[string, TiffPage, string]>([
    ['without compression', { width: 2, height: 2, bits: 8, strips: [grey] }, '0050 a0f0'],
    ['whose white is zero', { width: 8, height: 1, colours: 0, strips: [Buffer.from([0x0f])] }, 'f0'],
    [
      'in strips',
      { width: 2, height: 2, bits: 8, rowsOfStrip: 1, strips: [grey.subarray(0, 2), grey.subarray(2)] },
      '0050 a0f0',
    ],
    ['deflated', { width: 2, height: 2, bits: 8, compression: 8, strips: [deflateSync(grey)] }, '0050 a0f0'],
    [
      'deflated, as differences',
      {
        width: 2,
        height: 2,
        bits: 8,
        compression: 8,
        predictor: 2,
        strips: [deflateSync(Buffer.from([0, 80, 160, 80]))],
      },
      '0050 a0f0',
    ],
    [
      'in run lengths',
      { width: 4, height: 1, bits: 8, compression: 32_773, strips: [Buffer.from([0xfd, 7])] },
      '07070707',
    ],
    [
      'in colours',
      { width: 2, height: 1, bits: 8, samples: 3, colours: 2, strips: [Buffer.concat([red, blue])] },
      'ff00000000ff',
    ],
    [
      'with a palette',
      {
        width: 8,
        height: 1,
        bits: 1,
        colours: 3,
        palette: [0, 65_535, 0, 0, 65_535, 0],
        strips: [Buffer.from([0x40])],
      },
      '0000ffff00000000ff0000ff0000ff0000ff0000ff0000ff',
    ],
    // White rows of fax are one bit each: each is like the one before, and the first like a white one (ITU-T T.6).
    [
      'in fax of group 4',
      { width: 8, height: 3, compression: 4, colours: 0, strips: [Buffer.from([0xe0, 0])] },
      'ff ff ff',
    ],
    [
      'in fax, with its bits from the right',
      { width: 8, height: 3, compression: 4, colours: 0, fillOrder: 2, strips: [Buffer.from([7, 0])] },
      'ff ff ff',
    ],
  ])('%s is decoded', async (_, page, rows) => {
    for (const isLittle of [true, false]) {
      expect((await decoded('image/tiff', aTiff([page], isLittle))).map(rowsOf)).toEqual([rows]);
    }
  });

  it('follows the one before it, without smaller copies of it', async () => {
    const pageOf = (shade: number): TiffPage => ({
      width: 1,
      height: 1,
      bits: 8,
      strips: [Buffer.from([shade])],
    });

    const file = aTiff([pageOf(1), { ...pageOf(2), subfile: 1 }, pageOf(3)]);

    expect((await decoded('image/tiff', file)).map(rowsOf)).toEqual(['01', '03']);
  });

  it('is read once when the file goes in a circle', async () => {
    const file = aTiff([{ width: 2, height: 2, bits: 8, strips: [grey] }], true, true);

    expect(await decoded('image/tiff', file)).toHaveLength(1);
  });

  it.each<[string, TiffPage, RegExp]>([
    [
      'too large',
      { width: 100_000, height: 100_000, bits: 8, strips: [grey] },
      /^it has 100000 × 100000 pixels, and 8000 of a side/,
    ],
    [
      'of too many pixels',
      { width: 7000, height: 7000, bits: 8, strips: [grey] },
      /33554432 bytes of pixels/,
    ],
    [
      'a bomb',
      { width: 8, height: 8, bits: 8, compression: 8, strips: [deflateSync(Buffer.alloc(40 * 1024 ** 2))] },
      /are the most/,
    ],
    [
      'in tiles',
      { width: 8, height: 8, bits: 8, tileWidth: 8, strips: [grey] },
      /^it is in tiles; export it/,
    ],
    [
      'in old JPEG',
      { width: 2, height: 2, bits: 8, compression: 6, strips: [grey] },
      /^it is in a form of TIFF/,
    ],
    ['without its strips', { width: 2, height: 2, bits: 8, strips: [] }, /^it is damaged$/],
  ])('that is %s is refused with the reason', async (_, page, reason) => {
    expect((await decoded('image/tiff', aTiff([page]))).map(rowsOf)).toEqual([expect.stringMatching(reason)]);
  });
});

describe('a BMP picture', () => {
  it('is decoded from the bottom, with and without a palette', async () => {
    const [blackRed, blueWhite] = ['000000ff0000', '0000ffffffff'];

    expect((await decoded('image/bmp', aBmp(24))).map(rowsOf)).toEqual([`${blackRed} ${blueWhite}`]);
    expect((await decoded('image/bmp', aBmp(8))).map(rowsOf)).toEqual([`${blackRed} ${blueWhite}`]);
  });

  it('of absurd size is refused before it is decoded', async () => {
    const file = aBmp(24);
    file.writeInt32LE(2_000_000_000, 18);

    expect((await decoded('image/bmp', file)).map(rowsOf)).toEqual([
      expect.stringMatching(/^it has 2000000000 × 2/),
    ]);
  });
});

describe('an AVIF picture', () => {
  const file = avif('colours');
  /** With another size in its header than inside. */
  const withSize = (width: number, height: number, original = file) => {
    const changed = Buffer.from(original);
    const size = changed.indexOf('ispe') + 8;
    changed.writeUInt32BE(width, size);
    changed.writeUInt32BE(height, size + 4);
    return changed;
  };
  const huge = withSize(4, 2, avif('huge'));

  it('is decoded, over white where it is transparent', async () => {
    const [page] = await decoded('image/avif', file);

    expect(page).toMatchObject({ width: 4, height: 2, kind: 'colours' });
    // The encoder rounds.
    expect(rowsOf(page)).toBe('fe000000ff010000feffffff fe7f7fffffff000000ffffff');
  });

  it.each([
    ['of absurd size is refused before it is decoded', withSize(2_000_000_000, 2), /^it has 2000000000 × 2/],
    ['of another size than it says is refused', withSize(5, 2), /^it is damaged$/],
    ['that takes more memory than it may, by its size inside, is refused', huge, /^it takes too much memory/],
    ['without its pixels is refused', file.subarray(0, file.indexOf('mdat')), /^it is damaged$/],
  ])('%s', async (_, changed, reason) => {
    expect((await decoded('image/avif', changed)).map(rowsOf)).toEqual([expect.stringMatching(reason)]);
  });
});

it('a PNG that is too large is made half as wide and high, until it fits', async () => {
  const noise = Array.from({ length: 64 * 64 }, (_, at) => (at * 2_654_435_761) >>> 24);
  const picture: Pixels = {
    ...{ width: 64, height: 64, kind: 'grey' },
    writeRow: (row, target) => target.set(noise.slice(row * 64, row * 64 + 64)),
  };

  const png = await fittingPng(picture, 700);

  expect(png.length).toBeLessThanOrEqual(700);
  expect(png.readUInt32BE(16)).toBeLessThan(64);
});

describe('a damaged picture is decoded or refused', () => {
  const pages: TiffPage[] = [
    { width: 8, height: 3, compression: 4, colours: 0, strips: [Buffer.from([0xe0, 0])] },
    { width: 2, height: 2, bits: 8, compression: 8, strips: [deflateSync(grey)] },
  ];

  it.each<[Type, Buffer]>([
    ['image/avif', avif('colours')],
    ['image/tiff', aTiff(pages)],
    ['image/bmp', aBmp(8)],
  ])('of %s', { timeout: 120_000 }, async (type, whole) => {
    const damage = fc.record({
      end: fc.oneof(fc.constant(whole.length), fc.nat(whole.length)),
      bits: fc.array(fc.nat(whole.length * 8 - 1), { maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ end, bits }) => {
        const bytes = Buffer.from(whole);
        for (const bit of bits) bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        for (const page of await decoded(type, bytes.subarray(0, end))) expect(rowsOf(page)).not.toBe('');
      }),
      { numRuns: 200, seed: 18, endOnFailure: true },
    );
  });
});
