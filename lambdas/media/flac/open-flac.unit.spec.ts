import { describe, expect, it } from 'vitest';
import { collected } from '../../testing/audio.ts';
import { type FlacFrame, flacFile, flacFrame } from '../../testing/flac-file.ts';
import { opened, refusal } from '../../testing/recordings.ts';

/** Samples that count up, so that each shows its place. */
const counting = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);
/** Frames of some sizes, one after the other. */
function framesOf(sizes: readonly number[], facts: (place: number, first: number) => Partial<FlacFrame>) {
  let first = 0;
  return sizes.map((size, place) => {
    const frame = { samples: counting(first, size), number: place, ...facts(place, first) };
    first += size;
    return frame;
  });
}
const equal = [16, 16, 16, 16, 7];
const various = [64, 16, 32, 100, 16, 7];

const open = (file: Uint8Array) => opened(file, 'audio/flac').then(({ recording }) => recording);
async function heard(file: Uint8Array): Promise<number[]> {
  const samples = await collected((await open(file)).samples(0));
  return Array.from(samples, (sample) => Math.round(sample * 2 ** 15));
}
const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);

describe('frames of FLAC are placed', () => {
  it.each([
    ['by their numbers, where all have one size', equal, flacFile(framesOf(equal, () => ({})))],
    [
      'by the numbers of their first samples',
      various,
      flacFile(
        framesOf(various, (_, first) => ({ number: first, isVariable: true })),
        { least: 7, most: 100 },
      ),
    ],
    [
      'by the numbers of their first samples, where the encoder does not say so',
      various,
      flacFile(
        framesOf(various, (_, first) => ({ number: first })),
        { least: 7, most: 100 },
      ),
    ],
    [
      'by their own size, where the header of the file says another one',
      equal,
      flacFile(
        framesOf(equal, () => ({})),
        { least: 4, most: 8 },
      ),
    ],
    [
      'from the first one on, without a header of the file',
      equal,
      Buffer.concat(framesOf(equal, (place) => ({ number: 5000 + place })).map(flacFrame)),
    ],
    [
      'from the first one on, in a recording of a broadcast',
      equal,
      flacFile(framesOf(equal, (place) => ({ number: 5000 + place }))),
    ],
    [
      'up to the last one, where the header says less',
      equal,
      flacFile(
        framesOf(equal, () => ({})),
        { total: 20 },
      ),
    ],
    [
      'with anything after them',
      equal,
      Buffer.concat([flacFile(framesOf(equal, () => ({}))), Buffer.alloc(200_000)]),
    ],
  ])('%s', async (_, sizes, file) => {
    expect(await heard(file)).toEqual(counting(0, sum(sizes)));
  });

  it('as they are, with another number of channels and of bits than the file says', async () => {
    const facts: Partial<FlacFrame>[] = [{ channels: 2 }, { bits: 32 }, {}, { channels: 6 }, { bits: 8 }];
    const file = flacFile(
      framesOf(equal, (place) => facts[place] ?? {}),
      { channels: 5, bits: 24 },
    );

    const samples = await heard(file);
    expect(samples.slice(0, 16)).toEqual(counting(0, 16));
    expect(samples.slice(16, 32)).toEqual(Array(16).fill(0));
    expect(samples.slice(32, 64)).toEqual(counting(32, 32));
    expect(samples.slice(64)).toEqual(counting(64, 7).map((sample) => sample * 256));
  });

  it('with 32 bits, to the last of a float', async () => {
    const samples = [2 ** 31 - 1, -(2 ** 31), 2 ** 30, 1];
    const recording = await open(flacFile([{ samples, number: 0, bits: 32 }], { bits: 32 }));

    const read = await collected(recording.samples(0));
    expect([...read]).toEqual(samples.map((sample) => Math.fround(sample / 2 ** 31)));
  });
});

describe('FLAC is refused with the true reason', () => {
  it('when it is cut short', async () => {
    expect(
      await refusal(
        open(
          flacFile(
            framesOf(equal, () => ({})),
            { total: 16_000 },
          ),
        ),
      ),
    ).toContain('its header says 1.0 seconds of audio, and the file holds 0.0; it is cut short');
  });

  it('when its sample rate changes', async () => {
    const file = flacFile(framesOf(equal, (place) => ({ sampleRate: place < 3 ? 16_000 : 22_050 })));

    expect(await refusal(heard(file))).toContain(
      'its sample rate changes from 16000 to 22050 Hz after 0.0 seconds',
    );
  });

  it.each([2, 3, 4, 5])('when it is %i recordings one after the other', async (count) => {
    const sizes = Array<number>(200).fill(16);
    const one = flacFile(
      framesOf(sizes, () => ({})),
      { total: sum(sizes) },
    );

    expect(await refusal(heard(Buffer.concat(Array<Buffer>(count).fill(one))))).toContain(
      'it is several recordings',
    );
  });
});
