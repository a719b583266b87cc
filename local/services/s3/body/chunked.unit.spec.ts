import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../contracts.ts';
import { dechunk } from './chunked.ts';

const framed = (pieces: readonly Uint8Array[], trailer: string) =>
  Buffer.concat([
    ...pieces.flatMap((piece) => [
      Buffer.from(`${piece.length.toString(16)};chunk-signature=0a\r\n`),
      piece,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`0\r\n${trailer}\r\n`),
  ]);

/** Cuts bytes at the given positions, as a network may. */
async function* cut(bytes: Buffer, places: readonly number[]) {
  let start = 0;
  for (const end of [
    ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ]) {
    if (end > start) yield bytes.subarray(start, end);
    start = end;
  }
}

async function read(bytes: Buffer, places: readonly number[] = []) {
  const trailers = new Map<string, string>();
  const got: Uint8Array[] = [];
  for await (const piece of dechunk(cut(bytes, places), trailers)) got.push(Buffer.from(piece));
  return { body: Buffer.concat(got), trailers };
}

describe('aws-chunked', () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 });
  const places = fc.array(fc.nat(500), { maxLength: 12 });

  it('is decoded from pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, places, async (chunks, cuts) => {
        const { body, trailers } = await read(framed(chunks, 'x-amz-checksum-crc32: abc=\r\n'), cuts);

        expect(body).toEqual(Buffer.concat(chunks));
        expect(trailers).toEqual(new Map([['x-amz-checksum-crc32', 'abc=']]));
      }),
    );
  });

  it('is never complete before its end', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, fc.nat(), async (chunks, place) => {
        const whole = framed(chunks, '');
        // Without its last two bytes only the empty line that ends the trailers is missing.
        const part = whole.subarray(0, place % (whole.length - 4));

        await expect(read(part)).rejects.toMatchObject({ code: 'IncompleteBody' });
      }),
    );
  });

  it.each(['xyz\r\n', '-1\r\n', '5\r\nhelloworld\r\n0\r\n\r\n', 'f'.repeat(9000), '999999999999\r\n'])(
    'with broken framing is refused (%#)',
    async (bytes) => {
      await expect(read(Buffer.from(bytes))).rejects.toBeInstanceOf(AwsError);
    },
  );
});
