import './environment.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyse } from '../../../lambdas/functions/video-handler/analyse.ts';
import type { Request } from '../../../lambdas/functions/video-handler/prompt.ts';
import { videoSeconds } from '../../../lambdas/media/video/video-facts.ts';
import { bedrockClient } from '../../../lambdas/models/bedrock.ts';
import { novaVideo } from '../../../lambdas/models/nova-video/nova-video.ts';
import { makeVideo } from '../../fixtures/make-video.ts';
import { type MediaFixture, models, startMediaFixture } from './fixture.ts';

/** Video analysis over the wire. */

let fixture: MediaFixture;
beforeAll(async () => {
  fixture = await startMediaFixture();
});
afterAll(() => fixture.close());

const scenes = [
  { start: 0, end: 4, description: 'a red car arrives' },
  { start: 4, end: 12, description: 'two people shake hands' },
];
const anomalies = [{ start: 5, end: 6, severity: 'high', reason: 'smoke rises' }] as const;

async function analysed(video: Buffer, request: Request = {}) {
  fixture.objects.write('clip', video);
  return analyse({
    model: novaVideo(bedrockClient(10_000), models.video),
    video: { uri: 's3://content/clip', format: 'mp4' },
    seconds: await videoSeconds(fixture.objects, 'clip', video.length),
    request,
    signal: AbortSignal.timeout(300_000),
    onUsage: () => {},
  });
}

describe('a video', () => {
  it('has scenes, anomalies and answers', async () => {
    const video = await makeVideo({ seconds: 12, scenes, anomalies });

    const analysis = await analysed(video, { questions: ['When do people shake hands?'] });

    expect(analysis).toMatchObject({ durationSeconds: 12, model: 'nova-local-stand-in', scenes });
    expect(analysis.timeline.map(({ time }) => time)).toEqual([0, 4]);
    expect(analysis.anomalies).toMatchObject(anomalies);
    expect(analysis.answers[0]?.answer).toContain('two people shake hands');
  });

  it('without a description has scenes over its true length', async () => {
    const analysis = await analysed(await makeVideo({ seconds: 25 }), { detect: ['anomalies'] });

    expect(analysis.durationSeconds).toBeCloseTo(25, 1);
    expect(analysis.scenes.at(-1)?.end).toBeCloseTo(25, 1);
    expect(analysis).toMatchObject({ timeline: [], anomalies: [], answers: [] });
  });

  it.each([
    ['text', () => Buffer.from('no video at all '.repeat(100))],
    ['an MP4 cut short', async () => (await makeVideo({ seconds: 5 })).subarray(0, 300)],
    ['the start of an MP4', () => Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1')],
  ])('that is %s is refused with the reason', async (_, make) => {
    await expect(analysed(await make())).rejects.toMatchObject({
      type: 'unsupported-media',
      message: expect.stringContaining('The video cannot be read'),
    });
  });

  it('that does not exist is an internal fault, not one of the file', async () => {
    const lost = { ...fixture.objects, range: () => Promise.reject(new Error('NoSuchKey')) };

    await expect(videoSeconds(lost, 'clip', 1000)).rejects.toThrow('NoSuchKey');
  });
});
