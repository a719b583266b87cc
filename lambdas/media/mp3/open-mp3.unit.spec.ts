import { describe, expect, it } from 'vitest';
import { collected } from '../../testing/audio.ts';
import { fixture, opened, refusal } from '../../testing/recordings.ts';
import { resample } from '../resample.ts';

const open = (file: Uint8Array) => opened(file, 'audio/mpeg').then(({ recording }) => recording);
const cbr = fixture('cbr.mp3');
const stereo = fixture('vbr.mp3');
const low = fixture('low-rate.mp3');
const untagged = fixture('vbr-without-header.mp3');
const mp2 = fixture('talk.mp2');
/** An ID3v1 tag (id3.org), and an ID3v2 tag with a picture of 200,000 bytes. */
const oldTag = Buffer.concat([Buffer.from('TAG'), Buffer.alloc(125)]);
const picture = Buffer.concat([
  Buffer.from('ID3\x04\0\0\0\x0c\x1a\x40', 'latin1'),
  Buffer.alloc(200_000, 0x55),
]);

const worst = (one: Float32Array, other: Float32Array) =>
  one.reduce((most, sample, at) => Math.max(most, Math.abs(sample - (other[at] ?? 0))), 0);

describe('recordings one after the other in MP3', () => {
  it.each([
    ['44,100 and 16,000 Hz', [cbr, low]],
    ['16,000 and 44,100 Hz', [low, cbr]],
    ['one and two channels', [cbr, stereo]],
    ['a copy', [stereo, stereo]],
    ['without the encoder’s tag', [untagged, low, untagged]],
    ['with tags between them', [cbr, oldTag, picture, low]],
    ['of layers II and III', [mp2, cbr]],
  ])('are all heard: %s', async (_, files) => {
    const sounds = files.filter((file) => file !== oldTag && file !== picture);
    const recordings = await Promise.all(sounds.map(open));
    const joined = await open(Buffer.concat(files));
    expect(joined.seconds).toBeCloseTo(
      recordings.reduce((sum, { seconds }) => sum + seconds, 0),
      1,
    );

    const whole = await collected(joined.samples(0));
    expect(whole.length).toBe(Math.round(joined.seconds * joined.sampleRate));
    let at = 0;
    for (const recording of recordings) {
      const part = await collected(resample(recording.samples(0), recording.sampleRate, joined.sampleRate));
      const first = Math.round(at * joined.sampleRate);
      const apart = worst(part.subarray(2000, -2000), whole.subarray(first + 2000));
      // The last frames of a file without the encoder's tag are not counted by everyone alike.
      expect(apart).toBeLessThan(0.02);
      at += recording.seconds;
    }
    for (const from of [0.05, 0.3, 0.77, 0.96].map((share) => share * joined.seconds)) {
      const part = await collected(joined.samples(from));
      const rest = whole.subarray(Math.round(from * joined.sampleRate));
      expect(part.length).toBe(rest.length);
      expect(worst(part, rest)).toBeLessThan(0.01);
    }
  });

  it('are refused when there are too many of them', async () => {
    const one = untagged.subarray(0, 1500);
    const two = mp2.subarray(0, 1728);
    const file = Buffer.concat(Array.from({ length: 301 }, (_, place) => (place % 2 ? one : two)));

    expect(await refusal(open(file))).toContain('is more than 200 recordings');
  });
});

it('MP3 of free format is refused by its name', async () => {
  const frame = Buffer.concat([Buffer.from('fffb0064', 'hex'), Buffer.alloc(400, 1)]);

  expect(await refusal(open(Buffer.concat(Array<Buffer>(20).fill(frame))))).toContain(
    'it is MP3 of free format. Convert',
  );
});

it('MP2 is described by its name', async () => {
  expect(await open(mp2)).toMatchObject({ codec: 'mp2', sampleRate: 44_100, channels: 1 });
});
