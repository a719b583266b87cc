import { describe, expect, it } from 'vitest';
import {
  makeVideoIn,
  type VideoContainer,
  videoContainers,
  withEditList,
} from '../../../tests/fixtures/video-containers.ts';
import { asfObject, makeFlv, makeMpeg, makeWmv } from '../../../tests/fixtures/whole-videos.ts';
import { memoryObjects } from '../../testing/memory-objects.ts';
import { refusal } from '../../testing/recordings.ts';
import { copyClip } from './clip.ts';
import { openVideo } from './open-video.ts';
import { refuseUncut, videoFacts } from './video-facts.ts';

function stored(file: Uint8Array) {
  const objects = memoryObjects();
  objects.write('video', file);
  const bytes = file.length;
  const clip = (from: number, to: number) =>
    copyClip(objects, {
      key: 'video',
      bytes,
      from,
      to,
      target: 'clip',
      signal: AbortSignal.timeout(600_000),
    });
  const clipBytes = async () => (await objects.head('clip'))?.bytes ?? 0;
  return { objects, facts: () => videoFacts(objects, { key: 'video', bytes }), clip, clipBytes };
}

describe.each(videoContainers)('a video in %s', (container) => {
  it('has its length, and clips that begin with a key frame', async () => {
    const { objects, facts, clip, clipBytes } = stored(await makeVideoIn(container, { seconds: 12 }));

    // Matroska does not say how long the last picture is shown.
    expect(await facts()).toMatchObject({ seconds: expect.closeTo(12, 0), canBeCut: true });
    for (const [from, to, start] of [
      [5, 9, 4],
      [0, 12, 0],
      [10, 20, 10],
    ] as const) {
      const copied = await clip(from, to);
      expect(copied.start).toBeCloseTo(start, 1);
      expect(copied.seconds).toBeCloseTo(Math.min(to, 12) - start, 0);
      const cut = await videoFacts(objects, { key: 'clip', bytes: await clipBytes() });
      expect(cut).toMatchObject({ kind: 'mp4', inPlace: true, seconds: expect.closeTo(copied.seconds, 0) });
    }
  });
});

describe('times', () => {
  const late: readonly VideoContainer[] = ['m2ts', 'live.webm', 'live.mkv', 'mkv', 'fragmented.mp4'];

  it.each(late)('of %s count from its first picture, wherever its container begins', async (container) => {
    const { facts, clip } = stored(await makeVideoIn(container, { seconds: 12, start: 100 }));

    expect(await facts()).toMatchObject({ seconds: expect.closeTo(12, 0), inPlace: false });
    expect((await clip(5, 9)).start).toBeCloseTo(4, 1);
  });

  it.each(['mov', 'mp4'] as const)('of %s count from where an edit list begins', async (container) => {
    const { facts, clip } = stored(withEditList(await makeVideoIn(container, { seconds: 12 }), 3));

    expect((await facts()).seconds).toBeCloseTo(9, 1);
    // The key frame at second 4 of the media is at second 1 of the video.
    expect((await clip(2, 4)).start).toBeCloseTo(1, 1);
  });
});

it('a clip is turned as the video is', async () => {
  const { objects, clip, clipBytes } = stored(await makeVideoIn('mov', { seconds: 6, rotation: 90 }));
  await clip(2, 4);

  using copy = await openVideo(objects, { key: 'clip', bytes: await clipBytes() });
  const track = await copy.input.getPrimaryVideoTrack();
  expect(await track?.getRotation()).toBe(90);
});

it.each([
  ['mp4', true],
  ['mov', true],
  ['webm', true],
  ['mkv', true],
  ['live.webm', false],
  ['live.mkv', false],
  ['m2ts', false],
] as const)('models take %s in place: %s', async (container, inPlace) => {
  const { facts } = stored(await makeVideoIn(container, { seconds: 4 }));

  expect((await facts()).inPlace).toBe(inPlace);
});

describe.each([
  ['flv', makeFlv],
  ['asf', makeWmv],
  ['mpeg-ps', makeMpeg],
] as const)('a video in %s', (kind, make) => {
  it('has its length, and is not cut', async () => {
    const { facts, clip } = stored(make(12));

    expect(await facts()).toMatchObject({
      kind,
      seconds: expect.closeTo(12, 1),
      canBeCut: false,
      inPlace: true,
    });
    expect(await refusal(clip(0, 4))).toContain('The video cannot be read');
  });

  it('is refused with the conversion where it had to be cut', async () => {
    const facts = await stored(make(20)).facts();

    expect(() => refuseUncut(facts, 30)).not.toThrow();
    expect(() => refuseUncut(facts, 15)).toThrow(
      /cannot be cut into clips, so it may last 15 seconds, and this one lasts 2[01]\. Convert it to MP4/,
    );
  });
});

describe('containers that are not cut', () => {
  const facts = (file: Buffer) => refusal(stored(file).facts());

  it('count from their first time', async () => {
    expect((await stored(makeFlv(12, { start: 20_000 })).facts()).seconds).toBeCloseTo(12, 1);
    expect((await stored(makeMpeg(12, { start: 2 ** 33 / 90_000 - 5 })).facts()).seconds).toBeCloseTo(12, 1);
  });

  it.each([
    ['Flash', makeFlv(12)],
    ['Windows Media', makeWmv(12)],
  ])('are refused when they are cut short: %s', async (_, file) => {
    for (const share of [0.3, 0.6, 0.99]) {
      expect(await facts(file.subarray(0, file.length * share))).toContain('it is cut short');
    }
  });

  it.each([
    [
      'Windows Media',
      makeWmv(12, { extra: [asfObject('fbb3112223bdd211b4b700a0c955fc6e', Buffer.alloc(16))] }),
    ],
    ['a DVD', makeMpeg(12, { scrambled: true })],
  ])('are refused when they are encrypted: %s', async (_, file) => {
    expect(await facts(file)).toContain('it is encrypted');
  });

  it('are refused when they have no pictures', async () => {
    expect(await facts(makeWmv(12, { stream: '409e69f84d5bcf11a8fd00805f5c442b' }))).toContain(
      'it has no pictures',
    );
  });
});
