import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inPieces, joined, voice } from '../../testing/audio.ts';
import { type Audio, takeSegment } from './take-segment.ts';

const rate = 16_000;
const silence = (seconds: number) => new Float32Array(Math.round(seconds * rate));

function audioOf(samples: Float32Array): Audio {
  return {
    sampleRate: rate,
    channels: 1,
    samples: (from) => inPieces(samples.subarray(Math.round(from * rate)), [4000]),
  };
}

/** All segments of a recording, in order. */
async function allSegments(audio: Audio, seconds: number) {
  const segments = [];
  for (let from = 0; segments.length < 100; ) {
    const segment = await takeSegment(audio, { from, until: undefined, seconds });
    segments.push({ from, ...segment });
    if (segment.last) return segments;
    from = segment.until;
  }
  throw new Error('The recording has no end');
}

/** Words of one second each, with silences between them. */
const talk = (pauses: readonly number[]) =>
  joined(silence(0.5), ...pauses.flatMap((pause, n) => [voice(n % 2 ? 220 : 110, 1, rate), silence(pause)]));

describe('segments of a recording', () => {
  it('hold every sound once, and end in silences', async () => {
    const anyTalk = fc.array(fc.double({ min: 0.8, max: 4, noNaN: true }), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(anyTalk, fc.integer({ min: 4, max: 20 }), async (pauses, seconds) => {
        const samples = talk(pauses);
        const audio = audioOf(samples);

        const segments = await allSegments(audio, seconds);

        let at = 0.5;
        const truth = pauses.map((pause) => {
          const start = at;
          at += 1 + pause;
          return start;
        });
        const found = segments.flatMap(({ utterances }) => utterances.map(({ start }) => start));
        expect(found).toHaveLength(truth.length);
        for (const [n, start] of truth.entries())
          expect(Math.abs((found[n] ?? 0) - start)).toBeLessThan(0.15);
        expect(segments.at(-1)?.until).toBeCloseTo(samples.length / rate, 1);
        for (const { from, until, last } of segments) {
          if (!last) expect(until - from).toBeGreaterThanOrEqual(seconds - 0.001);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('are the same when one is decoded again', async () => {
    const audio = audioOf(talk(Array(20).fill(1)));
    const first = await takeSegment(audio, { from: 0, until: undefined, seconds: 10 });

    const again = await takeSegment(audio, { from: 0, until: first.until, seconds: 10 });

    expect(again.utterances).toEqual(first.utterances);
    expect(again.until).toBe(first.until);
  });

  it('end anywhere in a silence without an end', async () => {
    const audio = audioOf(joined(voice(110, 1, rate), silence(120), voice(110, 1, rate), silence(1)));

    const segments = await allSegments(audio, 10);

    expect(segments.length).toBeGreaterThan(5);
    expect(segments.flatMap(({ utterances }) => utterances)).toHaveLength(2);
  });

  it('need no more bytes than the segment and its end', async () => {
    let read = 0;
    const endless: Audio = {
      sampleRate: rate,
      channels: 1,
      async *samples() {
        for (;;) {
          read += 1;
          yield new Float32Array(rate);
        }
      },
    };

    expect(await takeSegment(endless, { from: 100, until: undefined, seconds: 10 })).toEqual({
      utterances: [],
      until: 110,
      last: false,
    });
    expect(read).toBeLessThan(60);
  });
});

describe('segments of channels', () => {
  /** A voice on each channel at the given seconds, each a second long. */
  function stereo(seconds: number, ...starts: readonly (readonly number[])[]): Audio {
    const channels = starts.map((times, place) => {
      const samples = silence(seconds);
      for (const start of times) samples.set(voice(place ? 220 : 110, 1, rate), Math.round(start * rate));
      return samples;
    });
    const mix = silence(seconds).map((_, at) => channels.reduce((sum, one) => sum + (one[at] ?? 0), 0) / 2);
    return {
      ...{ sampleRate: rate, channels: 2 },
      samples: (from, channel) =>
        inPieces((channel === undefined ? mix : (channels[channel] ?? mix)).subarray(from * rate), [4000]),
    };
  }
  const heard = ({ utterances }: Awaited<ReturnType<typeof takeSegment>>) =>
    utterances.map(({ channel, start, end }) => [channel, Math.round(start), Math.round(end)]);

  it('have the utterances of each, also where they overlap', async () => {
    const audio = stereo(9, [1, 6], [1, 3, 6]);

    const segment = await takeSegment(audio, { from: 0, until: undefined, seconds: 20, byChannel: true });

    expect(heard(segment).sort()).toEqual([
      [0, 1, 2],
      [0, 6, 7],
      [1, 1, 2],
      [1, 3, 4],
      [1, 6, 7],
    ]);
    expect(segment).toMatchObject({ until: 9, last: true });
  });

  it('end where nobody speaks, and the next begins there', async () => {
    const audio = stereo(30, [9, 20], [9.8, 12]);

    const first = await takeSegment(audio, { from: 0, until: undefined, seconds: 9.5, byChannel: true });
    const next = await takeSegment(audio, {
      ...{ from: first.until, until: undefined },
      ...{ seconds: 20, byChannel: true },
    });

    expect(first.until).toBeCloseTo(10.8, 1);
    expect(heard(first)).toEqual([
      [0, 9, 10],
      [1, 10, 11],
    ]);
    expect(heard(next)).toEqual([
      [1, 12, 13],
      [0, 20, 21],
    ]);
  });
});
