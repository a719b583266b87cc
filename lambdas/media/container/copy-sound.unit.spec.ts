import { describe, expect, it } from 'vitest';
import { makeVideoIn, videoContainers } from '../../../tests/fixtures/video-containers.ts';
import { unlimited } from '../../runtime/work-budget.ts';
import { memoryObjects } from '../../testing/memory-objects.ts';
import { fixture, opened, readerOf, refusal } from '../../testing/recordings.ts';
import { copySound } from './copy-sound.ts';
import { flashSound } from './flash.ts';

/** The sound of videos as an M4A file, which Amazon Transcribe takes. */

async function copied(file: Uint8Array) {
  const objects = memoryObjects();
  objects.write('video', file);
  const how = { key: 'video', bytes: file.length, target: 'sound', budget: unlimited };
  const isCopied = await copySound(objects, { ...how, signal: AbortSignal.timeout(600_000) });
  return { isCopied, sound: await objects.start('sound', Number.MAX_SAFE_INTEGER) };
}

describe('the sound', () => {
  const withAac = videoContainers.filter((name) => !name.endsWith('webm'));

  it.each([
    ...withAac.map((name) => [name, () => makeVideoIn(name, { seconds: 4, hasSound: true }), 4] as const),
    ['Flash', () => fixture('aac.flv'), 5.805] as const,
  ])('of %s keeps its packets and its length', async (_, make, seconds) => {
    const { isCopied, sound = new Uint8Array(0) } = await copied(await make());

    expect(isCopied).toBe(true);
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
    ['an MPEG program stream', 'mpeg2.mpg'],
    ['no video', 'talk.wav'],
  ])('of %s is not copied', async (_, name) => {
    expect(await copied(fixture(name))).toEqual({ isCopied: false, sound: undefined });
  });

  it('of Flash that is no AAC is refused', async () => {
    expect(await refusal(copied(fixture('mp3.flv')))).toContain('does not take MP3 in Flash video');
  });
});
