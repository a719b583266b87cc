import { expect, it } from 'vitest';
import { largestVideo } from '../../../fixtures/largest-video.ts';
import { largestFiles, largestMs } from './fixture.ts';

/** The largest video is cut into clips and watched inside the functions' memory. */

const files = largestFiles();

it(
  'a video of two hours is analysed within the functions’ memory',
  async () => {
    const contentId = await files.upload('largest.mp4', largestVideo);
    await files.done(await files.api.ok('POST', '/video/analyze', { contentId }));

    const { analysis } = await files.api.withResult(contentId, 'analysis');
    expect(analysis).toMatchObject({ durationSeconds: 7200 });
    await files.erased(contentId);
    await files.expectInside('video-handler', 'event-handler', 'content-handler');
  },
  largestMs,
);
