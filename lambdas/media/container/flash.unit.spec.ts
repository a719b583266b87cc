import { expect, it } from 'vitest';
import { collected } from '../../testing/audio.ts';
import { fixture, opened, readerOf, refusal } from '../../testing/recordings.ts';
import { flashSound } from './flash.ts';

const type = 'video/x-flv';

/** A copy whose tags of sound are changed. */
function changed(name: string, change: (tag: Buffer) => void): Buffer {
  const file = Buffer.from(fixture(name));
  for (let at = 13; at < file.length; ) {
    const size = file.readUIntBE(at + 1, 3);
    if (file.readUInt8(at) === 8) change(file.subarray(at, at + 11 + size));
    at += 11 + size + 4;
  }
  return file;
}

it('sound that begins later than the pictures has silence before it', async () => {
  const late = changed('mp3.flv', (tag) => tag.writeUIntBE(tag.readUIntBE(4, 3) + 1000, 4, 3));
  const { recording: whole } = await opened(fixture('mp3.flv'), type);
  const { recording } = await opened(late, type);

  // The pictures of the file begin 25 ms after its sound.
  const silent = Math.round(0.975 * recording.sampleRate);
  const samples = await collected(recording.samples(0));
  const same = await collected(whole.samples(0));
  expect(samples.length - same.length).toBe(silent);
  expect(samples.subarray(0, silent).every((sample) => sample === 0)).toBe(true);
  const apart = samples.subarray(silent).map((sample, at) => Math.abs(sample - (same[at] ?? 0)));
  expect(Math.max(...apart)).toBeLessThan(0.001);
});

it('a damaged time of the first packet moves no sound', async () => {
  let tags = 0;
  const damaged = changed('mp3.flv', (tag) => {
    tags += 1;
    // Its upper bits: 49 days.
    if (tags === 1) tag.writeUInt8(0xff, 7);
  });

  const { recording } = await opened(damaged, type);

  const { recording: whole } = await opened(fixture('mp3.flv'), type);
  expect(Math.abs(recording.seconds - whole.seconds)).toBeLessThan(0.05);
});

it.each([
  [4, 'Nellymoser'],
  [11, 'Speex'],
  [1, 'ADPCM of Flash'],
  [12, 'of the unknown kind 12'],
])('sound of format %i is refused by its name', async (format, name) => {
  const file = changed('mp3.flv', (tag) => tag.writeUInt8(format << 4, 11));

  expect(await refusal(opened(file, type))).toContain(`its audio is ${name}, which cannot be decoded`);
});

it('an encrypted tag is refused', async () => {
  const file = changed('aac.flv', (tag) => tag.writeUInt8(0x28, 0));

  expect(await refusal(opened(file, type))).toContain('it is encrypted');
});

it('the configuration of AAC is no packet', async () => {
  const { codec, config, packets } = await flashSound(readerOf(fixture('aac.flv')));

  expect(codec).toBe('aac');
  // AAC LC, 44.1 kHz, one channel; then the mark of SBR that ffmpeg writes (ISO/IEC 14496-3 §1.6.2.1).
  expect(Buffer.from(config).toString('hex')).toBe('120856e500');
  expect(packets[0]?.second).toBeLessThan(0.05);
});
