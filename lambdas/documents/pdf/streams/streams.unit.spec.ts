import { deflateSync } from 'node:zlib';
import { limits } from '@nova/shared/limits';
import { describe, expect, it } from 'vitest';
import { unlimited } from '../../../runtime/work-budget.ts';
import { fromAscii85, fromHex } from './ascii.ts';
import { checkStreams } from './pdf-streams.ts';
import { lzwLength, runLength } from './unpacked-length.ts';

const most = limits.documentStreamBytes;

/** An object with a stream, as it stands in a file. */
const stream = (dictionary: string, packed: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`1 0 obj\n<<${dictionary}>>\nstream\n`),
    packed,
    Buffer.from('\nendstream\nendobj\n'),
  ]);

const check =
  (...objects: readonly Buffer[]) =>
  () =>
    checkStreams(Buffer.concat(objects), unlimited);

/** LZW that repeats one letter: each code is the entry before it and one letter more. */
function lzwBomb(codes: number): Buffer {
  const bits: string[] = [];
  const add = (code: number, width: number) => bits.push(code.toString(2).padStart(width, '0'));
  let [left, width] = [codes, 9];
  while (left > 0) {
    add(256, width);
    add(65, 9);
    width = 9;
    for (let code = 258; code < 4094 && left > 0; code += 1, left -= 1) {
      add(code, width);
      if (code + 2 >= 2 ** width && width < 12) width += 1;
    }
  }
  const packed = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(packed.map((byte) => Number.parseInt(byte, 2)));
}

describe('the size of a stream', () => {
  it('is found for LZW', () => {
    // The example of ISO 32000-1 §7.4.4.2.
    const packed = Buffer.from([0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01]);
    expect(lzwLength(packed, true, most)).toBe(10);
  });

  it('is found for run lengths', () => {
    expect(runLength(Buffer.from([2, 1, 2, 3, 255, 7, 129, 9, 128, 5]), most)).toBe(3 + 2 + 128);
  });

  it('is found for what is written as text', () => {
    expect(fromHex(Buffer.from('48 65 6C6c 6F>rest')).toString()).toBe('Hello');
    expect(fromAscii85(Buffer.from('87cURD]i,"Ebo80~>'), most).toString()).toBe('Hello World!');
    expect(fromAscii85(Buffer.from('zz~>'), most)).toHaveLength(8);
  });
});

describe('a stream that the reader decodes', () => {
  it.each([
    ['LZW', '/Filter/LZWDecode', lzwBomb(40_000)],
    ['LZW in another spelling', '/Filter [ /#4CZWDecode ]', lzwBomb(40_000)],
    ['LZW with a comment before it', '/Filter%x\n/LZWDecode', lzwBomb(40_000)],
    ['LZW with its filter elsewhere', '/Filter 9 0 R', lzwBomb(40_000)],
    ['run lengths', '/Filter/RunLengthDecode', Buffer.alloc(600_000, Buffer.from([129, 0]))],
    [
      'text around compression',
      '/Filter[/AHx/Fl]',
      Buffer.from(deflateSync(Buffer.alloc(most + 1)).toString('hex')),
    ],
    ['zeros written as text', '/Filter/ASCII85Decode', Buffer.alloc(most / 4 + 1, 'z')],
  ])('of too many bytes is refused: %s', (_, dictionary, packed) => {
    expect(check(stream(dictionary, packed))).toThrow(/decompresses to more than \d+ bytes;/);
  });

  it.each([
    ['LZW', '/Filter/LZWDecode', lzwBomb(2000)],
    ['run lengths', '/Filter/RunLengthDecode', Buffer.alloc(60_000, Buffer.from([129, 0]))],
  ])('of fewer is not: %s', (_, dictionary, packed) => {
    expect(check(stream(dictionary, packed))).not.toThrow();
  });
});

it('pictures do not count, and nothing decodes them: they are blank', () => {
  const scan = stream(
    '/Type/XObject/Subtype /Image/Filter/FlateDecode',
    deflateSync(Buffer.alloc(most + 1, 'a')),
  );
  const text = stream('/Filter/FlateDecode', deflateSync('BT (kept) Tj ET'));
  const file = Buffer.concat([scan, text]);

  checkStreams(file, unlimited);

  const picture = file.subarray(file.indexOf('stream\n') + 'stream\n'.length, file.indexOf('endstream'));
  expect(picture.length).toBeGreaterThan(1000);
  expect(picture.every((byte) => byte === 0)).toBe(true);
  expect(file.subarray(-text.length)).toEqual(text);
});
