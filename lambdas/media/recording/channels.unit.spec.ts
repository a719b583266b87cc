import { expect, it } from 'vitest';
import { collected } from '../../testing/audio.ts';
import { fixture, opened } from '../../testing/recordings.ts';

/** Recordings whose right channel is the left one, upside down and half as loud. */
it.each([
  ['apart.flac', 'audio/flac', 1e-3],
  ['apart-left-side.flac', 'audio/flac', 1e-3],
  ['apart-right-side.flac', 'audio/flac', 1e-3],
  ['apart-mid-side.flac', 'audio/flac', 1e-3],
  ['apart.mp3', 'audio/mpeg', 0.02],
  ['apart.opus', 'audio/ogg', 0.02],
  ['apart.ogg', 'audio/ogg', 0.1],
  ['apart.webm', 'audio/webm', 0.02],
])('each channel of %s is read alone, and both are mixed evenly', async (file, type, tolerance) => {
  const { recording } = await opened(fixture(file), type);
  const from = 0.3;
  const samplesOf = (channel?: number) => collected(recording.samples(from, channel));

  const [left, right, mix] = [await samplesOf(0), await samplesOf(1), await samplesOf()];

  const off = (samples: Float32Array, gain: number) =>
    Math.max(...samples.map((sample, at) => Math.abs(sample - gain * (left[at] ?? 0))));
  expect(recording.channels).toBe(2);
  expect(Math.max(...left)).toBeGreaterThan(0.1);
  expect([right.length, mix.length]).toEqual([left.length, left.length]);
  expect(off(right, -0.5)).toBeLessThan(tolerance);
  expect(off(mix, 0.25)).toBeLessThan(tolerance);
});
