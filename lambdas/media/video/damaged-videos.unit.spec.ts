import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeVideoIn, videoContainers } from '../../../tests/fixtures/video-containers.ts';
import { makeFlv, makeMpeg, makeWmv } from '../../../tests/fixtures/whole-videos.ts';
import { memoryObjects } from '../../testing/memory-objects.ts';
import { copyClip } from './clip.ts';
import { videoFacts } from './video-facts.ts';

/** Videos that are cut or changed at random places: what is there is taken, or a reason is given. */

const seconds = 6;
const makers: Readonly<Record<string, () => Buffer | Promise<Buffer>>> = {
  ...Object.fromEntries(videoContainers.map((name) => [name, () => makeVideoIn(name, { seconds })])),
  flv: () => makeFlv(seconds),
  wmv: () => makeWmv(seconds),
  mpg: () => makeMpeg(seconds),
};

/** `taken` with a length and a clip, the type of the refusal, or the fault. */
async function outcome(file: Uint8Array): Promise<string> {
  const objects = memoryObjects();
  objects.write('video', file);
  const bytes = file.length;
  try {
    const facts = await videoFacts(objects, { key: 'video', bytes });
    if (!(facts.seconds > 0)) return `lasts ${facts.seconds}`;
    if (!facts.canBeCut) return 'taken';
    const how = { key: 'video', bytes, from: 2, to: 4, maxSeconds: 900, target: 'clip' };
    const { start, seconds: length } = await copyClip(objects, {
      ...how,
      signal: AbortSignal.timeout(600_000),
    });
    return start >= 0 && length >= 0 ? 'taken' : `begins at ${start} and lasts ${length}`;
  } catch (error) {
    const { type, message } = error as { type?: string; message: string };
    const isOurs = /^The video (?:cannot be read: |has no key frame)/.test(message);
    return type === 'unsupported-media' && isOurs ? 'refused' : `${type}: ${message}`;
  }
}

describe.each(Object.entries(makers))('a video in %s', (_, make) => {
  it('that is cut at any place', async () => {
    const file = await make();
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: file.length - 1 }), async (end) => {
        expect(['taken', 'refused']).toContain(await outcome(file.subarray(0, end)));
      }),
      { numRuns: 100 },
    );
  });

  it('with changed bits at any places', async () => {
    const file = await make();
    // Most of its numbers are at its start and at its end.
    const place = fc.oneof(
      fc.nat({ max: file.length - 1 }),
      fc.nat({ max: Math.min(1500, file.length - 1) }),
      fc.nat({ max: Math.min(1500, file.length - 1) }).map((at) => file.length - 1 - at),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(place, fc.nat({ max: 7 })), { minLength: 1, maxLength: 6 }),
        async (flips) => {
          const copy = Buffer.from(file);
          for (const [at, bit] of flips) copy.writeUInt8(copy.readUInt8(at) ^ (1 << bit), at);
          expect(['taken', 'refused']).toContain(await outcome(copy));
        },
      ),
      // The time of a picture of Matroska becomes one before the first.
      { numRuns: 100, examples: [[[[297, 4]]]] },
    );
  });
});
