import { describe, expect, it } from 'vitest';
import { makeFragmentedVideo, makeVideo } from '../../../tests/fixtures/make-video.ts';
import { expectLinearOf } from '../../testing/linear-work.ts';
import { memoryObjects } from '../../testing/memory-objects.ts';
import { refusal } from '../../testing/recordings.ts';
import { copyClip } from './clip.ts';
import { videoSeconds } from './video-facts.ts';

/** Whatever a video claims, finding its length and cutting clips out of it takes time linear in its bytes. */

function opened(file: Uint8Array) {
  const objects = memoryObjects();
  objects.write('video', file);
  return {
    seconds: () => videoSeconds(objects, 'video', file.length),
    clip: () =>
      copyClip(objects, {
        ...{ key: 'video', bytes: file.length, from: 2, to: 4, target: 'clip' },
        signal: AbortSignal.timeout(600_000),
      }),
  };
}

/** A fragmented video whose runs claim more samples than the file has bytes (ISO/IEC 14496-12 §8.8.8). */
async function withRunsOf(count: number): Promise<Buffer> {
  const file = await makeFragmentedVideo({ seconds: 10 });
  for (let at = file.indexOf('trun'); at >= 0; at = file.indexOf('trun', at + 4)) {
    // No sample has bytes of its own in the run.
    file.writeUIntBE(0, at + 5, 3);
    file.writeUInt32BE(count, at + 8);
  }
  return file;
}

describe('a video of fragments', () => {
  it('is read', async () => {
    const scenes = [0, 2].map((start) => ({
      start,
      end: start + 2,
      description: 'each begins with a key frame',
    }));
    const { seconds, clip } = opened(await makeFragmentedVideo({ seconds: 10, scenes }));

    expect(await seconds()).toBeCloseTo(10);
    expect(await clip()).toEqual({ start: 2, seconds: 2 });
  });

  it('that claim more samples than it has bytes is refused before they are listed', async () => {
    const { seconds, clip } = opened(await withRunsOf(3_000_000));

    expect(await refusal(seconds())).toContain('The video cannot be read: its fragments contradict its size');
    expect(await refusal(clip())).toContain('its fragments contradict its size');
  });
});

/** Names, sizes and counts of the boxes of an MP4 file. */
const pieces = [
  '\0\0\0\x08free',
  '\0\0\0\x10moof',
  '\0\0\0\x08mdat',
  'trun',
  'traf',
  '\0\0\0\0',
  '\0\0\x01\0',
  '\xff',
];

it('the boxes after a video’s tables, and its packets, are read in time linear in their length', async () => {
  const [whole, fragments] = await Promise.all([
    makeVideo({ seconds: 6 }),
    makeFragmentedVideo({ seconds: 6 }),
  ]);
  for (const start of [whole.subarray(0, 2048), fragments]) {
    const read = async (text: string) => {
      const { seconds, clip } = opened(Buffer.concat([start, Buffer.from(text, 'latin1')]));
      await seconds();
      await clip();
    };
    await expectLinearOf(read, pieces, { size: 16 * 1024, numRuns: 10 });
  }
});

it('a video’s packets are copied within the time that reading it may take', async () => {
  const file = await makeVideo({ seconds: 6 });
  const objects = memoryObjects();
  objects.write('video', file);
  let looks = 0;
  const copied = copyClip(objects, {
    ...{ key: 'video', bytes: file.length, from: 0, to: 6, target: 'clip' },
    signal: AbortSignal.timeout(600_000),
    budget: () => {
      looks += 1;
      if (looks > 10) throw new Error('The time is over');
    },
  });

  await expect(copied).rejects.toThrow('The time is over');
});
