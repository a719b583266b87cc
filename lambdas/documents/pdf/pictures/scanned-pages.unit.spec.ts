import { deflateSync, inflateSync } from 'node:zlib';
import { limits } from '@nova/shared/limits';
import { describe, expect, it } from 'vitest';
import { unlimited } from '../../../runtime/work-budget.ts';
import { lzw, runLengths, textAt } from '../../../testing/pdf.ts';
import { readParts, textsOf } from '../../../testing/read-parts.ts';
import { fullPage, type PdfPicture, scannedPdf } from '../../../testing/scanned-pdf.ts';
import type { Picture, ReadPicture } from '../../blocks/picture.ts';
import { readPdf } from '../pdf.ts';
import type { PdfRest } from '../pdf-parts.ts';

/** Pictures of 16 × 8 pixels whose left half is black. */
const [width, height] = [16, 8];
const size = `/Width ${width}/Height ${height}`;
const rowsOf = (row: readonly number[]) => Buffer.from(Array.from({ length: height }, () => row).flat());
const half = (black: readonly number[], white: readonly number[]) => [
  ...Array.from({ length: 8 }, () => black).flat(),
  ...Array.from({ length: 8 }, () => white).flat(),
];

const grey = rowsOf(half([0], [255]));
const bits = rowsOf([0x00, 0xff]);
const colours = rowsOf(half([0, 0, 0], [200, 10, 10]));
/** The same, each row after the filter `Sub` of PNG. */
const predicted = rowsOf([1, ...half([0], [0]).with(8, 255)]);

/** Made by libjpeg: 16 × 8, grey. */
const jpeg = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/wAALCAAIABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAABwj/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AD9QD//Z',
  'base64',
);
/** ITU-T T.6, made by libtiff. */
const fax = Buffer.from('3317fff0010010', 'hex');

/** A picture in JBIG2 (ITU-T T.88): a page, and a region that is coded as in T.6. */
const jbig2 = Buffer.from(
  [
    '00000000 30 00 01 00000013 00000010 00000008 00000000 00000000 00 0000',
    '00000001 26 00 01 00000019 00000010 00000008 00000000 00000000 00 01 3317fff0010010',
  ]
    .join('')
    .replaceAll(' ', ''),
  'hex',
);

const asGrey = '/ColorSpace/DeviceGray/BitsPerComponent 8';
const deflated = '/Filter/FlateDecode';

/** What the reader shows the model, and the outcome. */
async function read(file: Buffer, text: (picture: Picture) => string = () => 'Read.') {
  const pictures: Picture[] = [];
  const readPicture: ReadPicture = async (picture) => {
    pictures.push(picture);
    return { text: text(picture) };
  };
  const parts = await readParts(file, 'application/pdf', undefined, readPicture);
  return { ...parts, pictures };
}

const bytesOf = ({ source }: Picture): Buffer => Buffer.from('bytes' in source ? source.bytes : []);

/** The header and the rows of a PNG picture that has one chunk of each. */
function pngOf(picture: Picture | undefined) {
  const bytes = picture ? bytesOf(picture) : Buffer.alloc(0);
  const data = bytes.indexOf('IDAT');
  const length = bytes.readUInt32BE(data - 4);
  return {
    size: [bytes.readUInt32BE(16), bytes.readUInt32BE(20)],
    depth: bytes[24],
    colour: bytes[25],
    rows: inflateSync(bytes.subarray(data + 4, data + 4 + length)),
  };
}

describe('a page that is a picture', () => {
  it('in JPEG goes to the model as it stands in the file, and its text to the page', async () => {
    const pictures = [
      { entries: `${size}/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode`, bytes: jpeg },
    ];

    const { pictures: seen, blocks, warnings } = await read(scannedPdf([{ pictures }]));

    expect(seen).toEqual([{ format: 'jpeg', source: { bytes: expect.any(Uint8Array) } }]);
    expect(bytesOf(seen[0] as Picture).subarray(0, jpeg.length)).toEqual(jpeg);
    expect(blocks).toEqual([{ kind: 'paragraph', text: 'Read.', place: { page: 1 } }]);
    expect(warnings).toEqual([]);
  });

  const greyRows = rowsOf([0, ...half([0], [255])]);
  const bitRows = rowsOf([0, 0x00, 0xff]);
  it.each<[string, PdfPicture, number, number, Buffer]>([
    ['grey, deflated', { entries: `${size}${asGrey}${deflated}`, bytes: deflateSync(grey) }, 8, 0, greyRows],
    [
      'grey, with a predictor',
      {
        entries: `${size}${asGrey}${deflated}/DecodeParms<</Predictor 15/Columns ${width}>>`,
        bytes: deflateSync(predicted),
      },
      ...([8, 0, greyRows] as const),
    ],
    [
      'colours, deflated',
      { entries: `${size}/ColorSpace/DeviceRGB/BitsPerComponent 8${deflated}`, bytes: deflateSync(colours) },
      ...([8, 2, rowsOf([0, ...half([0, 0, 0], [200, 10, 10])])] as const),
    ],
    [
      'a palette',
      {
        entries: `${size}/ColorSpace[/Indexed/DeviceRGB 1 <000000FFFFFF>]/BitsPerComponent 1${deflated}`,
        bytes: deflateSync(bits),
      },
      ...([8, 0, greyRows] as const),
    ],
    [
      'bits in run lengths',
      {
        entries: `${size}/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/RunLengthDecode`,
        bytes: runLengths(bits.toString('latin1')),
      },
      ...([1, 0, bitRows] as const),
    ],
    [
      'grey in LZW',
      { entries: `${size}${asGrey}/Filter/LZWDecode`, bytes: lzw(grey.toString('latin1')) },
      ...([8, 0, greyRows] as const),
    ],
    [
      'grey, deflated and written as text',
      {
        entries: `${size}${asGrey}/Filter[/ASCIIHexDecode/FlateDecode]`,
        bytes: Buffer.from(`${deflateSync(grey).toString('hex')}>`),
      },
      ...([8, 0, greyRows] as const),
    ],
    [
      'fax',
      {
        entries: `${size}/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns ${width}/Rows ${height}/BlackIs1 true>>`,
        bytes: fax,
      },
      ...([1, 0, bitRows] as const),
    ],
    [
      'JBIG2',
      {
        entries: `${size}/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/JBIG2Decode`,
        bytes: jbig2,
      },
      ...([1, 0, rowsOf([0, 0xff, 0x00])] as const),
    ],
    [
      'a stencil, whose zeros are painted',
      { entries: `${size}/ImageMask true/BitsPerComponent 1${deflated}`, bytes: deflateSync(bits) },
      ...([1, 0, bitRows] as const),
    ],
    [
      'JPEG in the inks of print',
      {
        entries: `${size}/ColorSpace/DeviceGray/Decode[0 1]/BitsPerComponent 8/Filter/DCTDecode`,
        bytes: jpeg,
      },
      ...([8, 0, greyRows] as const),
    ],
  ])('goes to the model as PNG: %s', async (_case, picture, depth, colour, rows) => {
    const { pictures, blocks } = await read(scannedPdf([{ pictures: [picture] }]));

    expect(pictures).toHaveLength(1);
    expect(pngOf(pictures[0])).toMatchObject({ size: [width, height], depth, colour });
    // The shades of JPEG are not exact.
    const shades = [...pngOf(pictures[0]).rows].map((value) => (value > 250 ? 255 : value));
    expect(shades).toEqual([...rows]);
    expect(textsOf(blocks)).toEqual(['Read.']);
  });

  const scan = { entries: `${size}${asGrey}${deflated}`, bytes: deflateSync(grey) };

  it('keeps its place among other pages, also where its text comes late', async () => {
    const typed = (text: string) => ({ pictures: [], operators: textAt(72, 700, text.repeat(10)) });
    const file = scannedPdf([
      { pictures: [scan] },
      typed('Typed words. '),
      { pictures: [scan] },
      typed('Last. '),
    ]);
    let first = true;
    const readPicture: ReadPicture = async (_picture, id) => {
      if (first) {
        first = false;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return { text: `Picture ${id}.` };
    };

    const { blocks } = await readParts(file, 'application/pdf', undefined, readPicture);

    expect(blocks.map(({ text, place }) => [place?.page, text.slice(0, 10)])).toEqual([
      [1, 'Picture 1-'],
      [2, 'Typed word'],
      [3, 'Picture 3-'],
      [4, 'Last. Last'],
    ]);
  });

  it('may be cut into strips, which are read from the top', async () => {
    const strip = (shade: number) => ({ ...scan, bytes: deflateSync(Buffer.alloc(width * height, shade)) });
    const operators = 'q 612 0 0 396 0 0 cm /Im0 Do Q q 612 0 0 396 0 396 cm /Im1 Do Q';

    const { blocks } = await read(scannedPdf([{ operators, pictures: [strip(1), strip(2)] }]), (picture) =>
      pngOf(picture).rows[1] === 1 ? 'Below.' : 'Above.',
    );

    expect(textsOf(blocks)).toEqual(['Above.', 'Below.']);
  });

  it.each([
    ['a small picture', 'q 100 0 0 100 0 0 cm /Im0 Do Q', ''],
    [
      'text beside its picture',
      `${fullPage} ${textAt(72, 700, 'Enough words to be a page of text. '.repeat(3))}`,
      'Enough',
    ],
  ])('is not one with %s', async (_case, operators, text) => {
    const outcome = await read(scannedPdf([{ operators, pictures: [scan] }])).catch((error: Error) => error);

    if (text === '') expect(outcome).toMatchObject({ message: expect.stringContaining('holds no text') });
    else expect(outcome).toMatchObject({ pictures: [] });
  });

  it('is read where its fonts do not say which characters they show', async () => {
    const lost = `${fullPage} BT /F1 10 Tf 72 700 Td (${'\\317\\360\\350\\342\\345\\362 '.repeat(20)}) Tj ET`;

    const { blocks } = await read(scannedPdf([{ operators: lost, pictures: [scan] }]));

    expect(textsOf(blocks)).toEqual(['Read.']);
  });
});

describe('a picture of a page is not read', () => {
  const typed = { pictures: [], operators: textAt(72, 700, 'Typed words. '.repeat(10)) };

  it.each<[string, PdfPicture, RegExp]>([
    [
      'when it has absurdly many pixels',
      { entries: `/Width 60000/Height 60000${asGrey}${deflated}`, bytes: deflateSync(Buffer.alloc(100)) },
      /its picture has 60000 × 60000 pixels/,
    ],
    [
      'when it decompresses to more than it says',
      {
        entries: `${size}${asGrey}${deflated}`,
        bytes: deflateSync(Buffer.alloc(limits.picturePixelBytes + 1)),
      },
      /decompresses to more than it may/,
    ],
    [
      'when it is compressed twice',
      {
        entries: `${size}${asGrey}/Filter[/FlateDecode/FlateDecode]`,
        bytes: deflateSync(deflateSync(Buffer.alloc(1000))),
      },
      /decompresses to more than it may/,
    ],
    [
      'when JBIG2 makes a larger region than it says',
      {
        entries: `${size}/Filter/JBIG2Decode`,
        bytes: Buffer.concat([jbig2.subarray(0, 41), Buffer.from('00010000', 'hex'), jbig2.subarray(45)]),
      },
      /larger inside than it says/,
    ],
    [
      'when fax has more columns than it says',
      { entries: `${size}/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 90000000>>`, bytes: fax },
      /larger inside than it says/,
    ],
    [
      'where the file is encrypted',
      { entries: `${size}${asGrey}${deflated}/Note(/Encrypt)`, bytes: deflateSync(grey) },
      /its picture is encrypted/,
    ],
    ['in JPEG 2000', { entries: `${size}/Filter/JPXDecode`, bytes: Buffer.alloc(100) }, /in JPEG 2000/],
    [
      'without its size',
      { entries: `${asGrey}${deflated}`, bytes: deflateSync(grey) },
      /does not say its size/,
    ],
  ])('%s: the page is named with the reason', async (_case, picture, reason) => {
    const { blocks, warnings, pictures } = await read(scannedPdf([typed, { pictures: [picture] }]));

    expect(pictures).toEqual([]);
    expect(blocks).toHaveLength(1);
    expect(warnings).toEqual([expect.stringMatching(/^Page 2 is not read: /)]);
    expect(warnings[0]).toMatch(reason);
  });

  it('beyond the most of a document, which one warning says', async () => {
    const picture = { entries: `${size}${asGrey}${deflated}`, bytes: deflateSync(grey) };
    const count = limits.documentPictures + 3;

    const { pictures, warnings } = await read(
      scannedPdf(Array.from({ length: count }, () => ({ pictures: [picture] }))),
    );

    expect(pictures).toHaveLength(limits.documentPictures);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^Page 201 and the pictures after it are not read: 200 pictures of a document are/,
      ),
    ]);
  });
});

it('pages are left to another invocation while pictures are read, and continue there', async () => {
  const count = 12;
  const picture = { entries: `${size}${asGrey}${deflated}`, bytes: deflateSync(grey) };
  const file = scannedPdf(Array.from({ length: count }, () => ({ pictures: [picture] })));
  const pages: (number | undefined)[] = [];
  const readPart = async (from: PdfRest | undefined, ms: number) => {
    const parts = readPdf(file, unlimited, { from, share: { cpuMs: 60_000, until: Date.now() + ms } });
    let next = await parts.next();
    for (; !next.done; next = await parts.next()) {
      if (next.value.kind !== 'picture') continue;
      pages.push(next.value.place?.page);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return next.value;
  };

  const rest = await readPart(undefined, 0);

  expect(rest?.pages).toBeLessThan(count);
  expect(await readPart(rest, 60_000)).toBeUndefined();
  expect(pages).toEqual(Array.from({ length: count }, (_, at) => at + 1));
});

it('a file whose only picture is not decoded is refused with the reason', async () => {
  const file = scannedPdf([
    { pictures: [{ entries: `${size}/Filter/JPXDecode`, bytes: Buffer.alloc(100) }] },
  ]);

  await expect(read(file)).rejects.toThrow(
    'No page of the PDF can be read: its picture is in JPEG 2000, which is not decoded here.',
  );
});

it('a file of pictures whose text no model reads is refused with the reason', async () => {
  const file = scannedPdf([
    { pictures: [{ entries: `${size}${asGrey}${deflated}`, bytes: deflateSync(grey) }] },
  ]);

  await expect(
    readParts(file, 'application/pdf', undefined, async () => ({ fault: 'the image model refused it' })),
  ).rejects.toThrow('no text of them is read: the image model refused it.');
});
