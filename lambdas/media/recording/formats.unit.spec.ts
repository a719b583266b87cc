import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collected } from '../../testing/audio.ts';
import { likeness } from '../../testing/likeness.ts';
import { fixture, opened, undeclaredDelay } from '../../testing/recordings.ts';
import { resample } from '../resample.ts';

const rate = 16_000;

async function heard(name: string, contentType: string): Promise<Float32Array> {
  const { recording } = await opened(fixture(name), contentType);
  return collected(resample(recording.samples(0), recording.sampleRate, rate));
}

const original = heard('talk.wav', 'audio/wav');

const formats = [
  ['talk.wav', 'audio/wav', 'pcm', 8000, 1],
  ['mulaw.wav', 'audio/wav', 'ulaw', 8000, 1],
  ['ima.wav', 'audio/wav', 'adpcm', 8000, 1],
  ['microsoft.wav', 'audio/wav', 'adpcm', 8000, 2],
  ['mp3.wav', 'audio/wav', 'mp3', 44_100, 1],
  ['talk.aiff', 'audio/aiff', 'pcm', 8000, 1],
  ['ima4.aifc', 'audio/aiff', 'adpcm', 8000, 1],
  ['alaw.au', 'audio/basic', 'alaw', 8000, 1],
  ['talk.caf', 'audio/x-caf', 'pcm', 8000, 1],
  ['live.webm', 'audio/webm', 'opus', 16_000, 1],
  ['vorbis.webm', 'audio/webm', 'vorbis', 16_000, 2],
  ['flac.mka', 'audio/matroska', 'flac', 8000, 1],
  ['cbr.mp3', 'audio/mpeg', 'mp3', 44_100, 1],
  ['vbr.mp3', 'audio/mpeg', 'mp3', 44_100, 2],
  ['vbr-without-header.mp3', 'audio/mpeg', 'mp3', 44_100, 1],
  ['low-rate.mp3', 'audio/mpeg', 'mp3', 16_000, 1],
  ['talk.mp2', 'audio/mpeg', 'mp2', 44_100, 1],
  ['talk.flac', 'audio/flac', 'flac', 16_000, 2],
  ['talk.opus', 'audio/ogg', 'opus', 16_000, 1],
  ['short-frames.opus', 'audio/ogg', 'opus', 16_000, 2],
  ['flac.ogg', 'audio/ogg', 'flac', 8000, 1],
  ['vorbis.ogg', 'audio/ogg', 'vorbis', 16_000, 2],
  ['opus.mp4', 'video/mp4', 'opus', 16_000, 1],
  ['flac.mp4', 'audio/mp4', 'flac', 8000, 1],
  ['mp3.flv', 'video/x-flv', 'mp3', 44_100, 1],
  ['mpeg1.mpg', 'video/mpeg', 'mp2', 44_100, 1],
  ['mpeg2.mpg', 'video/mpeg', 'mp2', 44_100, 1],
  // The container declares two channels, and the frames have one.
  ['mp3.mp4', 'audio/mp4', 'mp3', 44_100, 2],
] as const;

describe.each(formats)('%s', (name, contentType, codec, sampleRate, channels) => {
  it('is described by duration, rate and channels', async () => {
    const { recording } = await opened(fixture(name), contentType);

    expect(recording).toMatchObject({ codec, sampleRate, channels, decodable: true });
    expect(Math.abs(recording.seconds - (await original).length / rate)).toBeLessThan(0.1);
  });

  it('decodes to the original sound, at the same times', async () => {
    const [one, other] = [await original, await heard(name, contentType)];
    const { correlation, late } = likeness(other, one, rate);

    // The delay of MP2 is no whole number of samples here.
    expect(correlation).toBeGreaterThan(codec === 'mp2' ? 0.98 : 0.99);
    const off = undeclaredDelay.includes(name) ? 0.026 : 0.001;
    expect(Math.abs(late) / 1000).toBeLessThan(off);
  });

  it('can be decoded from any time on', async () => {
    const { recording } = await opened(fixture(name), contentType);
    const whole = await collected(recording.samples(0));
    expect(Math.abs(whole.length / sampleRate - recording.seconds)).toBeLessThan(0.001);

    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: recording.seconds, noNaN: true }), async (from) => {
        const part = await collected(recording.samples(from));
        const rest = whole.subarray(Math.round(from * sampleRate));
        expect(part.length).toBe(rest.length);
        let worst = 0;
        for (let at = 0; at < part.length; at += 1)
          worst = Math.max(worst, Math.abs((part[at] ?? 0) - (rest[at] ?? 0)));
        expect(worst).toBeLessThan(0.01);
      }),
      // Places of Opus that need more than 80 ms before them.
      { numRuns: 25, examples: [[1.0334999], [1.2734999]] },
    );
  });
});
