import { describe, expect, it } from 'vitest';
import { pictureSize } from './picture-size.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** The starts of pictures of 300 × 200 pixels. */
const starts: readonly (readonly [string, Buffer])[] = [
  ['PNG', hex('89504e470d0a1a0a 0000000d 49484452 0000012c 000000c8')],
  ['GIF', hex('474946383961 2c01 c800')],
  ['JPEG with a profile before the frame', hex('ffd8 ffe0 0004 0000 ff ffc4 0003 00 ffc2 000b 08 00c8 012c')],
  ['lossy WebP', hex('52494646 00000000 57454250 56503820 00000000 000000 9d012a 2c01 c800')],
  ['lossless WebP', hex('52494646 00000000 57454250 5650384c 00000000 2f 2bc13100')],
  ['extended WebP', hex('52494646 00000000 57454250 56503858 00000000 00000000 2b0100 c70000')],
];

describe('pictureSize', () => {
  it.each(starts)('reads the size of a %s picture', (_format, start) => {
    expect(pictureSize(start)).toEqual({ width: 300, height: 200 });
  });

  it.each(starts)('says nothing of a %s picture that is cut short', (_format, start) => {
    for (let length = 0; length < start.length; length += 1) {
      expect(pictureSize(start.subarray(0, length))).toBeUndefined();
    }
  });

  it('says nothing of a JPEG picture whose header never ends', () => {
    expect(pictureSize(Buffer.concat([hex('ffd8'), Buffer.alloc(1000, 0xff)]))).toBeUndefined();
    expect(pictureSize(hex('ffd8 ffda 0002 00'))).toBeUndefined();
  });
});
