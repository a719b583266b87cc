import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { faultsOfDamaged } from '../../../testing/damaged-pdfs.ts';
import { scannedPdf } from '../../../testing/scanned-pdf.ts';

const damages = 200;

const size = '/Width 16/Height 8';
const bits = `${size}/ColorSpace/DeviceGray/BitsPerComponent 1`;

it.each([
  [
    'deflated',
    `${size}/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode`,
    deflateSync(Buffer.alloc(128)),
  ],
  [
    'fax',
    `${bits}/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 16/Rows 8>>`,
    Buffer.from('3317fff0010010', 'hex'),
  ],
  [
    'JPEG',
    `${size}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode`,
    Buffer.from('ffd8ffc0000b080008001001011100ffd9', 'hex'),
  ],
])(
  'a damaged file of pages that are pictures, %s, gives pictures, text or a reason',
  { timeout: 60_000 },
  async (_name, entries, bytes) => {
    const pictures = [{ entries, bytes }];

    expect(await faultsOfDamaged(scannedPdf([{ pictures }, { pictures }]), damages)).toEqual([]);
  },
);
