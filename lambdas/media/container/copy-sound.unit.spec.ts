import { describe, expect, it } from 'vitest';
import { makeVideoIn, videoContainers } from '../../../tests/fixtures/video-containers.ts';
import { unlimited } from '../../runtime/work-budget.ts';
import { amrVideo } from '../../testing/amr-video.ts';
import { memoryObjects } from '../../testing/memory-objects.ts';
import { fixture, opened, readerOf, refusal } from '../../testing/recordings.ts';
import { copySound } from './copy-sound.ts';
import { flashSound } from './flash.ts';

/** The sound of videos as an M4A file, which Amazon Transcribe takes. */

async function copied(file: Uint8Array) {
  const objects = memoryObjects();
  objects.write('video', file);
  const how = { key: 'video', bytes: file.length, target: 'sound', budget: unlimited };
  const type = await copySound(objects, { ...how, signal: AbortSignal.timeout(600_000) });
  return { type, sound: await objects.start('sound', Number.MAX_SAFE_INTEGER) };
}

describe('the sound', () => {
  const withAac = videoContainers.filter((name) => !name.endsWith('webm'));

  it.each([
    ...withAac.map((name) => [name, () => makeVideoIn(name, { seconds: 4, hasSound: true }), 4] as const),
    ['Flash', () => fixture('aac.flv'), 5.805] as const,
  ])('of %s keeps its packets and its length', async (_, make, seconds) => {
    const { type, sound = new Uint8Array(0) } = await copied(await make());

    expect(type).toBe('audio/mp4');
    const { recording } = await opened(sound, 'audio/mp4');
    expect(recording).toMatchObject({ codec: 'aac', channels: 1 });
    expect(Math.abs(recording.seconds - seconds)).toBeLessThan(0.03);
  });

  it('of Flash has every packet as it was', async () => {
    const file = fixture('aac.flv');
    const { packets } = await flashSound(readerOf(file));
    const { sound = new Uint8Array(0) } = await copied(file);

    expect(packets.length).toBeGreaterThan(200);
    for (const { at, bytes } of packets)
      expect(Buffer.from(sound).includes(file.subarray(at, at + bytes))).toBe(true);
  });

  it.each([
    ['AMR', 'samr', 8000, '#!AMR\n', 7, 31],
    ['wide-band AMR', 'sawb', 16_000, '#!AMR-WB\n', 8, 60],
  ])(
    'of %s is a file of the same frames, with those that a pause lacks',
    async (_, name, sampleRate, mark, kind, bytes) => {
      const frame = Buffer.concat([Buffer.of((kind << 3) | 4), Buffer.alloc(bytes, 0x55)]);
      // Two frames in each packet, and a second of pause before the last one.
      const file = await amrVideo(name, sampleRate, Buffer.concat([frame, frame]), [0, 0.04, 1.08]);

      expect((await opened(file, 'video/3gpp')).recording).toMatchObject({
        ...{ codec: 'amr', sampleRate, channels: 1, decodable: false },
      });
      const { type, sound } = await copied(file);

      expect(type).toBe('audio/amr');
      const pause = Buffer.alloc(50, 0x7c);
      const expected = Buffer.concat([Buffer.from(mark), frame, frame, frame, frame, pause, frame, frame]);
      expect(Buffer.from(sound ?? []).toString('hex')).toBe(expected.toString('hex'));
      expect((await opened(expected, 'audio/amr')).recording.seconds).toBeCloseTo(1.12, 6);
    },
  );

  it.each([
    ['an MPEG program stream', 'mpeg2.mpg'],
    ['no video', 'talk.wav'],
  ])('of %s is not copied', async (_, name) => {
    expect(await copied(fixture(name))).toEqual({ type: undefined, sound: undefined });
  });

  it('of Flash that is no AAC is refused', async () => {
    expect(await refusal(copied(fixture('mp3.flv')))).toContain('does not take MP3 in Flash video');
  });
});
