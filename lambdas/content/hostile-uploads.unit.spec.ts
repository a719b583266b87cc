import { limits } from '@nova/shared/limits';
import { fileTypeFromBuffer } from 'file-type';
import { it } from 'vitest';
import { expectLinearOf } from '../testing/linear-work.ts';

/** Signatures and sizes of formats that have blocks in blocks: ID3, ZIP, ASF, EBML, RIFF, Ogg, MP4, PNG, TIFF, TAR. */
const pieces = [
  'ID3\x04\0\0\0\0\0\0',
  'PK\x03\x04',
  '\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9',
  '\x1a\x45\xdf\xa3',
  'RIFF\0\0\0\0WAVE',
  'OggS',
  '\0\0\0\x08ftyp',
  '\x89PNG\r\n\x1a\n',
  'II*\0\x08\0\0\0',
  '\0\0\0\0',
  '\xff',
  '<?xml ',
];

it('the type of an upload is found in time linear in its first bytes, of which no more are read', () =>
  expectLinearOf(
    (text) => fileTypeFromBuffer(Buffer.from(text, 'latin1').subarray(0, limits.sniffBytes)),
    pieces,
    {
      size: limits.sniffBytes / 8,
      numRuns: 200,
    },
  ));
