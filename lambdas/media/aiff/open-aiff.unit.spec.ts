import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collected } from '../../testing/audio.ts';
import { readerOf, refusal } from '../../testing/recordings.ts';
import { type AiffFile, anAiff } from '../../testing/sampled-files.ts';
import { expectedSamples, samples } from '../../testing/samples.ts';
import { chunk } from '../../testing/wav-file.ts';
import { openAiff } from './open-aiff.ts';

const read = async (file: Buffer) => {
  const recording = await openAiff(readerOf(file));
  return [...(await collected(recording.samples(0)))];
};

describe('an AIFF file', () => {
  it.each<[string, AiffFile]>([
    ['8-bit', { bits: 8, data: samples.int8 }],
    ['16-bit', { data: samples.big.int16 }],
    ['12-bit', { bits: 12, data: samples.big.int16 }],
    ['24-bit', { bits: 24, data: samples.big.int24 }],
    ['20-bit', { bits: 20, data: samples.big.int24 }],
    ['32-bit', { bits: 32, data: samples.big.int32 }],
    ['NONE', { codec: 'NONE', data: samples.big.int16 }],
    ['sowt', { codec: 'sowt', data: samples.little.int16 }],
    ['24-bit sowt', { codec: 'sowt', bits: 24, data: samples.little.int24 }],
    ['raw', { codec: 'raw ', bits: 8, data: samples.uint8 }],
    ['in24', { codec: 'in24', bits: 24, data: samples.big.int24 }],
    ['in32', { codec: 'in32', bits: 32, data: samples.big.int32 }],
    ['23ni', { codec: '23ni', bits: 32, data: samples.little.int32 }],
    ['fl32', { codec: 'fl32', bits: 32, data: samples.big.float32 }],
    ['FL64', { codec: 'FL64', bits: 64, data: samples.big.float64 }],
    ['sound before its format', { soundFirst: true, data: samples.big.int16 }],
    ['sound at an offset', { offset: 6, data: samples.big.int16 }],
    ['a size larger than the file', { size: 2_000_000_000, data: samples.big.int16 }],
    ['no size', { size: 0, data: samples.big.int16 }],
  ])('with %s is decoded', async (_, file) => {
    expect(await read(anAiff(file))).toEqual(expectedSamples);
  });

  it('has A-law and µ-law', async () => {
    expect(await read(anAiff({ codec: 'ulaw', data: Buffer.from([0xff, 0x80]) }))).toEqual([
      0, 0.9803466796875,
    ]);
    expect(await read(anAiff({ codec: 'ALAW', data: Buffer.from([0xd5]) }))).toEqual([0.000244140625]);
  });

  it('has a rate of 80 bits, and channels that are mixed', async () => {
    const recording = await openAiff(
      readerOf(anAiff({ rate: 44_100, channels: 2, data: samples.big.int16 })),
    );

    expect(recording).toMatchObject({ codec: 'pcm', sampleRate: 44_100, channels: 2, seconds: 1 / 44_100 });
    expect([...(await collected(recording.samples(0)))]).toEqual([-0.5]);
  });

  it('ends where its chunk ends', async () => {
    const file = anAiff({ data: samples.big.int16 });
    expect(await read(Buffer.concat([file, chunk('NAME', Buffer.from('after'), { big: true })]))).toEqual(
      expectedSamples,
    );
  });

  it.each([
    ['another beginning', Buffer.from('RIFF and more of it'), 'does not begin as an AIFF file'],
    ['no chunks', chunk('FORM', Buffer.from('AIFF'), { big: true }), 'ends before its sound'],
    [
      'a cut format',
      anAiff({ data: samples.big.int16 }).subarray(0, 24),
      'cut short inside its "COMM" chunk',
    ],
    ['a rate of nothing', anAiff({ rate: 1, data: samples.big.int16 }), 'its sample rate is 1 Hz'],
    ['no channels', anAiff({ channels: 0, data: samples.big.int16 }), '0 channels'],
    ['an unknown codec', anAiff({ codec: 'MAC3', data: samples.big.int16 }), '"MAC3"; convert it to PCM'],
    ['40-bit samples', anAiff({ bits: 40, data: samples.big.int16 }), 'samples of 40 bits'],
    ['no sound', anAiff({ data: Buffer.alloc(0) }), 'it has no sound'],
  ])('is refused for %s, with the reason', async (_, file, reason) => {
    expect(await refusal(read(file))).toContain(reason);
  });

  it('is decoded or refused, whatever its bytes', async () => {
    const valid = anAiff({ codec: 'ima4', data: Buffer.alloc(68, 0x5a) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: valid.length - 1 }), fc.nat({ max: 255 })), { maxLength: 8 }),
        fc.nat({ max: valid.length }),
        async (damage, cut) => {
          const file = Buffer.from(valid);
          for (const [at, value] of damage) file[at] = value;
          const outcome = await read(file.subarray(0, cut)).then(
            (all) => (all.every((sample) => Math.abs(sample) <= 1) ? 'read' : 'wrong'),
            (error: unknown) => (error as { type?: string }).type,
          );
          expect(['read', 'unsupported-media']).toContain(outcome);
        },
      ),
      { numRuns: 300 },
    );
  });
});
