import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collected, inPieces } from '../../testing/audio.ts';
import { readerOf, refusal } from '../../testing/recordings.ts';
import { aWav, chunk } from '../../testing/wav-file.ts';
import { mixOf } from '../decoding/mix.ts';
import { decodedBlocks } from '../samples/sampled-recording.ts';
import { readHeader } from './read-wav.ts';

const read = (file: Buffer) => readHeader(readerOf(file));
const samplesOf = async (file: Buffer, sizes = [1000]) => {
  const { format, at, bytes } = await read(file);
  const mix = mixOf(format.channels, format.order);
  if (format.sound === 'mpeg') throw new Error('It holds MPEG audio');
  return collected(decodedBlocks(inPieces(file.subarray(at), sizes), { blocks: format.sound, mix }, bytes));
};
const pcm16 = (...values: number[]) => Buffer.from(Int16Array.from(values).buffer);

describe('a WAV file', () => {
  it('decodes to the same samples for any sizes of its pieces', async () => {
    const data = Buffer.alloc(3 * 2 * 501);
    for (let at = 0; at < data.length; at += 1) data[at] = (at * 37) % 256;
    const file = aWav({ channels: 2, bits: 24, data, before: [chunk('LIST', Buffer.from('odd'))] });
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
    [
      '64-bit float',
      { tag: 3, bits: 64, data: Buffer.from(Float64Array.from([-7, Number.NaN, 0.5]).buffer) },
      [-1, 0, 0.5],
    ],
    [
      '20-bit',
      { bits: 20, frameBytes: 3, data: Buffer.from([0, 0, 0x80, 0, 0, 0, 0, 0, 0x40]) },
      [-1, 0, 0.5],
    ],
    ['12-bit', { bits: 12, frameBytes: 2, data: pcm16(-32768, 0, 16384) }, [-1, 0, 0.5]],
    [
      'A-law',
      { tag: 6, bits: 8, data: Buffer.from([0x2a, 0xd5, 0x80]) },
      [-0.984375, 0.000244140625, 0.16796875],
    ],
    [
      'mu-law',
      { tag: 7, bits: 8, data: Buffer.from([0, 0xff, 0x80]) },
      [-0.9803466796875, 0, 0.9803466796875],
    ],
    ['extensible A-law', { tag: 0xfffe, subformat: 6, bits: 8, data: Buffer.from([0xd5]) }, [0.000244140625]],
    [
      'extensible 64-bit float',
      { tag: 0xfffe, subformat: 3, bits: 64, data: Buffer.from(Float64Array.from([0.25]).buffer) },
      [0.25],
    ],
    ['extensible', { tag: 0xfffe, subformat: 1, data: pcm16(-32768, 0, 16384) }, [-1, 0, 0.5]],
  ])('with %s samples is decoded', async (_, file, expected) => {
    expect([...(await samplesOf(aWav(file)))]).toEqual(expected);
  });

  it('with several channels is mixed into one', async () => {
    const file = aWav({ channels: 2, data: pcm16(16384, 0, -16384, -16384) });

    expect([...(await samplesOf(file))]).toEqual([0.25, -0.5]);
  });

  it('of unknown size is read to its end, and one of known size to the end of its audio', async () => {
    const data = pcm16(1, 2, 3);

    for (const size of [0, 7, 36_000 * 32_000, 2_000_000_000, 0x7fff_f024, 0xffff_ffff]) {
      expect(await samplesOf(aWav({ data, size }))).toHaveLength(3);
    }
    expect(await samplesOf(aWav({ data, after: chunk('LIST', Buffer.from('after')) }))).toHaveLength(3);
    expect(await samplesOf(aWav({ data }).subarray(0, -2))).toHaveLength(2);
  });

  it.each(['RF64', 'BW64'])('of the form %s has its size in a chunk of its own', async (id) => {
    const sizes = Buffer.alloc(28);
    sizes.writeBigUInt64LE(4n, 8);
    const data = pcm16(-32768, 16384);
    const after = chunk('LIST', Buffer.from('after'));

    const file = aWav({ id, data, size: 0xffff_ffff, before: [chunk('ds64', sizes)], after });
    expect([...(await samplesOf(file))]).toEqual([-1, 0.5]);
    expect(await samplesOf(aWav({ id, data, size: 0xffff_ffff }))).toHaveLength(2);
  });

  it('of the form RIFX has all numbers begin with the highest byte', async () => {
    const data = pcm16(-32768, 0, 16384).swap16();

    expect([...(await samplesOf(aWav({ id: 'RIFX', data })))]).toEqual([-1, 0, 0.5]);
  });

  it('of MPEG audio has the place where that begins', async () => {
    const file = aWav({ tag: 0x55, data: Buffer.from('frames') });

    const { format, at } = await read(file);
    expect(format.sound).toBe('mpeg');
    expect(file.subarray(at, at + 6).toString()).toBe('frames');
  });

  it('loses an incomplete last frame', async () => {
    const file = aWav({ channels: 2, data: pcm16(1, 2, 3) });

    expect(await samplesOf(file)).toHaveLength(1);
  });

  it.each([
    ['no RIFF', Buffer.from('not a wave file at all'), 'does not begin as a RIFF/WAVE file'],
    ['only a start', aWav({ data: pcm16(1) }).subarray(0, 20), 'cut short'],
    ['no audio', aWav({ data: pcm16(1) }).subarray(0, 36), 'ends before any audio'],
    ['no channels', aWav({ channels: 0, data: pcm16(1) }), '0 channels'],
    ['many channels', aWav({ channels: 9, data: pcm16(1) }), '9 channels'],
    ['an absurd rate', aWav({ rate: 4_000_000_000, data: pcm16(1) }), '4000000000 Hz'],
    ['no rate', aWav({ rate: 0, data: pcm16(1) }), '0 Hz'],
    ['a frame size that cannot be', aWav({ frameBytes: 3, data: pcm16(1) }), 'contradicts itself'],
    ['GSM', aWav({ tag: 0x31, data: pcm16(1) }), 'GSM 6.10'],
    [
      'ADPCM in blocks without samples',
      aWav({ tag: 2, bits: 4, data: pcm16(1) }),
      'no block of Microsoft ADPCM',
    ],
    [
      'ADPCM of three bits',
      aWav({ tag: 17, bits: 3, frameBytes: 256, data: pcm16(1) }),
      'IMA ADPCM of 3 bits',
    ],
    [
      'many chunks',
      chunk(
        'RIFF',
        Buffer.concat([Buffer.from('WAVE'), ...Array(1001).fill(chunk('LIST', Buffer.alloc(0)))]),
      ),
      'more than 1000 chunks',
    ],
    ['an unknown codec', aWav({ tag: 0x1234, data: pcm16(1) }), 'format 0x1234'],
    ['16-bit floats', aWav({ tag: 3, bits: 16, data: pcm16(1, 2, 3, 4) }), 'float samples of 16 bits'],
    ['40-bit integers', aWav({ bits: 40, data: pcm16(1, 2, 3, 4) }), 'integer samples of 40 bits'],
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
    const valid = aWav({ data: pcm16(1, 2, 3, 4) });
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
