import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collected, inPieces } from '../../testing/audio.ts';
import { refusal } from '../../testing/recordings.ts';
import { decodedSamples, readHeader } from './read-wav.ts';

interface Written {
  readonly tag?: number;
  readonly subformat?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly bits?: number;
  readonly frameBytes?: number;
  /** The size of the audio in the header. */
  readonly size?: number;
  readonly data: Buffer;
  /** Chunks before the audio, and bytes after it. */
  readonly before?: readonly Buffer[];
  readonly after?: Buffer;
}

function chunk(id: string, body: Buffer, size = body.length): Buffer {
  const header = Buffer.alloc(8);
  header.write(id, 'latin1');
  header.writeUInt32LE(size, 4);
  return Buffer.concat([header, body, Buffer.alloc(body.length % 2)]);
}

function wav(file: Written): Buffer {
  const { tag = 1, channels = 1, rate = 16_000, bits = 16, data, before = [], after } = file;
  const format = Buffer.alloc(file.subformat === undefined ? 16 : 40);
  format.writeUInt16LE(tag, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt16LE(file.frameBytes ?? (channels * bits) / 8, 12);
  format.writeUInt16LE(bits, 14);
  if (file.subformat !== undefined) format.writeUInt16LE(file.subformat, 24);
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    ...before,
    chunk('fmt ', format),
    chunk('data', data, file.size ?? data.length),
    after ?? Buffer.alloc(0),
  ]);
  return chunk('RIFF', body);
}

const read = (file: Buffer, sizes = [1000]) => readHeader(inPieces(file, sizes), file.length);
const samplesOf = async (file: Buffer, sizes = [1000]) => {
  const { format, audio } = await read(file, sizes);
  return collected(decodedSamples(inPieces(file.subarray(audio.at), sizes), format, audio.bytes));
};
const pcm16 = (...values: number[]) => Buffer.from(Int16Array.from(values).buffer);

describe('a WAV file', () => {
  it('decodes to the same samples for any sizes of its pieces', async () => {
    const data = Buffer.alloc(3 * 2 * 501);
    for (let at = 0; at < data.length; at += 1) data[at] = (at * 37) % 256;
    const file = wav({ channels: 2, bits: 24, data, before: [chunk('LIST', Buffer.from('odd'))] });
    const whole = await samplesOf(file, [file.length]);
    expect(whole).toHaveLength(501);

    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), async (sizes) => {
        expect(await samplesOf(file, sizes)).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['8-bit', { bits: 8, data: Buffer.from([0, 128, 192]) }, [-1, 0, 0.5]],
    ['16-bit', { bits: 16, data: pcm16(-32768, 0, 16384) }, [-1, 0, 0.5]],
    ['24-bit', { bits: 24, data: Buffer.from([0, 0, 0x80, 0, 0, 0, 0, 0, 0x40]) }, [-1, 0, 0.5]],
    [
      '32-bit',
      { bits: 32, data: Buffer.from(Int32Array.from([-(2 ** 31), 0, 2 ** 30]).buffer) },
      [-1, 0, 0.5],
    ],
    [
      '32-bit float',
      { tag: 3, bits: 32, data: Buffer.from(Float32Array.from([-1, Number.NaN, 0.5]).buffer) },
      [-1, 0, 0.5],
    ],
    ['extensible', { tag: 0xfffe, subformat: 1, data: pcm16(-32768, 0, 16384) }, [-1, 0, 0.5]],
  ])('with %s samples is decoded', async (_, file, expected) => {
    expect([...(await samplesOf(wav(file)))]).toEqual(expected);
  });

  it('with several channels is mixed into one', async () => {
    const file = wav({ channels: 2, data: pcm16(16384, 0, -16384, -16384) });

    expect([...(await samplesOf(file))]).toEqual([0.25, -0.5]);
  });

  it('of unknown size is read to its end, and one of known size to the end of its audio', async () => {
    const data = pcm16(1, 2, 3);

    for (const size of [0, 0xffff_ffff, 0x7fff_f024]) {
      expect(await samplesOf(wav({ data, size }))).toHaveLength(3);
    }
    expect(await samplesOf(wav({ data, after: chunk('LIST', Buffer.from('after')) }))).toHaveLength(3);
    expect((await read(wav({ data, rate: 8000 }))).seconds).toBe(3 / 8000);
  });

  it('loses an incomplete last frame', async () => {
    const file = wav({ channels: 2, data: pcm16(1, 2, 3) });

    expect(await samplesOf(file)).toHaveLength(1);
  });

  it.each([
    ['no RIFF', Buffer.from('not a wave file at all'), 'does not begin as a RIFF/WAVE file'],
    ['only a start', wav({ data: pcm16(1) }).subarray(0, 20), 'cut short'],
    ['no audio', wav({ data: pcm16(1) }).subarray(0, 36), 'ends before any audio'],
    ['no channels', wav({ channels: 0, data: pcm16(1) }), '0 channels'],
    ['many channels', wav({ channels: 9, data: pcm16(1) }), '9 channels'],
    ['an absurd rate', wav({ rate: 4_000_000_000, data: pcm16(1) }), '4000000000 Hz'],
    ['no rate', wav({ rate: 0, data: pcm16(1) }), '0 Hz'],
    ['a frame size that cannot be', wav({ frameBytes: 3, data: pcm16(1) }), 'contradicts itself'],
    ['mu-law', wav({ tag: 7, bits: 8, data: pcm16(1) }), 'mu-law'],
    ['MP3 inside', wav({ tag: 0x55, data: pcm16(1) }), 'MP3'],
    ['an unknown codec', wav({ tag: 0x1234, data: pcm16(1) }), 'format 0x1234'],
    ['64-bit floats', wav({ tag: 3, bits: 64, data: pcm16(1, 2, 3, 4) }), 'float samples of 64 bits'],
    ['ten hours in a few bytes', wav({ data: pcm16(1), size: 36_000 * 32_000 }), 'it is cut short'],
    [
      'audio before format',
      chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), chunk('data', pcm16(1))])),
      'before its format',
    ],
  ])('is refused for %s, with the reason', async (_, file, reason) => {
    const error = await refusal(read(file));

    expect(error).toMatch(/^unsupported-media: /);
    expect(error).toContain(reason);
  });

  it('is decoded or refused, whatever its bytes', async () => {
    const valid = wav({ data: pcm16(1, 2, 3, 4) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: valid.length - 1 }), fc.nat({ max: 255 })), { maxLength: 8 }),
        async (damage) => {
          const file = Buffer.from(valid);
          for (const [at, value] of damage) file[at] = value;
          const outcome = await samplesOf(file).then(
            () => 'read',
            (error: unknown) => (error as { type?: string }).type,
          );
          expect(['read', 'unsupported-media']).toContain(outcome);
        },
      ),
      { numRuns: 500 },
    );
  });
});
