import { describe, expect, it } from 'vitest';
import { inPieces, joined, mixed, noise, vowels } from '../../testing/audio.ts';
import { hasPeopleApart } from './channels.ts';

const rate = 16_000;
const silence = (seconds: number) => new Float32Array(Math.round(seconds * rate));
const louder = (samples: Float32Array, gain: number) => samples.map((sample) => sample * gain);
const late = (samples: Float32Array, seconds: number) =>
  joined(silence(seconds), samples).subarray(0, samples.length);

function stereo(left: Float32Array, right: Float32Array) {
  const channels = [left, right];
  return {
    ...{ seconds: left.length / rate, sampleRate: rate, channels: 2 },
    samples: (from: number, channel = 0) =>
      inPieces((channels[channel] ?? left).subarray(Math.round(from * rate)), [5000]),
  };
}

/** Two people who take turns, and at the end talk at once. */
const he = joined(vowels(110, 20, rate), silence(20), vowels(110, 15, rate));
const she = joined(silence(20), vowels(210, 20, rate), vowels(210, 15, rate));
const hiss = noise(55, rate, 0.002);

describe('two channels have different people', () => {
  it.each([
    ['who take turns', he, she],
    ['who talk at the same time', vowels(110, 30, rate), vowels(210, 30, rate)],
    ['on a noisy line', mixed(he, hiss), mixed(she, hiss)],
    ['each faintly heard on the other', mixed(he, louder(she, 0.1)), mixed(she, louder(he, 0.1))],
    ['one of whom speaks for a few seconds', he, joined(silence(25), vowels(210, 4, rate), silence(26))],
  ])('%s', async (_, left, right) => {
    expect(await hasPeopleApart(stereo(left, right))).toBe(true);
  });
});

describe('two channels do not have different people', () => {
  const both = mixed(he, she);
  it.each([
    ['where both are the same', both, both],
    ['in one room with two microphones', mixed(both, hiss), late(louder(both, 0.7), 0.004)],
    ['where one is upside down', both, louder(both, -1)],
    ['where one is empty', both, silence(55)],
    ['where one has only noise', both, hiss],
    ['where one has only louder noise', both, louder(hiss, 3)],
    ['in silence', silence(55), silence(55)],
  ])('%s', async (_, left, right) => {
    expect(await hasPeopleApart(stereo(left, right))).toBe(false);
  });

  it('where there is one channel, or six', async () => {
    for (const channels of [1, 6]) expect(await hasPeopleApart({ ...stereo(he, she), channels })).toBe(false);
  });
});
