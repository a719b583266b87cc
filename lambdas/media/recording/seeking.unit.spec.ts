import { expect, it } from 'vitest';
import { collected } from '../../testing/audio.ts';
import { fixture, opened } from '../../testing/recordings.ts';
import { parseFrameHeader } from '../signatures/mpeg-header.ts';

/** The frames of a short recording, repeated to some minutes. */
const long = (name: string, times: number) =>
  Buffer.concat(Array.from({ length: times }, () => fixture(name)));

it('reads only the header and the requested range of a long recording', async () => {
  const file = long('talk.wav', 100);
  file.writeUInt32LE(file.length - 8, 4);
  file.writeUInt32LE(file.length - file.indexOf('data') - 8, file.indexOf('data') + 4);
  const { recording, read } = await opened(file, 'audio/wav');
  expect(read.bytes).toBeLessThan(600_000);

  read.bytes = 0;
  await collected(recording.samples(recording.seconds - 10));

  expect(recording.seconds).toBeGreaterThan(300);
  expect(read.bytes).toBeLessThan(200_000);
});

it('seeks in MP3 of a constant bit rate without reading up to the position', async () => {
  const short = fixture('low-rate.mp3');
  // Frames of 24 kbit/s at 16 kHz have 108 bytes each; the first is the encoder's header, and describes the short one
  // only.
  const note = short.indexOf(Buffer.from([0xff, 0xf3]));
  const first = note + (parseFrameHeader(short, note)?.bytes ?? 0);
  const frames = short.subarray(first, first + 108 * Math.floor((short.length - first) / 108));
  const file = Buffer.concat(Array.from({ length: 300 }, () => frames));
  const { recording, read } = await opened(file, 'audio/mpeg');
  expect(recording.seconds).toBeCloseTo((file.length / 108) * 0.036, 3);
  expect(read.bytes).toBeLessThan(200_000);
  const whole = await collected(recording.samples(0));

  read.bytes = 0;
  const from = recording.seconds - 20;
  const part = await collected(recording.samples(from));

  expect(read.bytes).toBeLessThan(100_000);
  const rest = whole.subarray(Math.round(from * recording.sampleRate));
  expect(part.length).toBe(rest.length);
  expect(part.every((sample, at) => Math.abs(sample - (rest[at] ?? 0)) < 0.01)).toBe(true);
});
