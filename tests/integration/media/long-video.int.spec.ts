import './environment.ts';
import { Analysis, type AnalysisFindings } from '@nova/shared/api/media';
import { resultKey } from '@nova/shared/objects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute } from '../../../lambdas/commands/execute.ts';
import { content, deleteContent } from '../../../lambdas/domain/content.ts';
import type { EventStore } from '../../../lambdas/event-store/store.ts';
import { analysisJob } from '../../../lambdas/functions/video-handler/analysis-job.ts';
import { copyClip } from '../../../lambdas/media/video/clip.ts';
import { videoSeconds } from '../../../lambdas/media/video/video-facts.ts';
import { bedrockClient } from '../../../lambdas/models/bedrock.ts';
import type { VideoModel } from '../../../lambdas/models/nova-video/nova-video.ts';
import { novaVideo } from '../../../lambdas/models/nova-video/nova-video.ts';
import { memoryEventStore } from '../../../lambdas/testing/memory-event-store.ts';
import {
  deliverAll,
  jobState,
  requestSegmentedJob,
  segmentedJobFixture,
} from '../../../lambdas/testing/segmented-job.ts';
import { makeVideo } from '../../fixtures/make-video.ts';
import { type MediaFixture, models, startMediaFixture } from './fixture.ts';

/** Videos that are too long for one call of the model. */

let fixture: MediaFixture;
beforeAll(async () => {
  fixture = await startMediaFixture();
});
afterAll(() => fixture.close());

const { tenant, contentId, jobId, item, metadata } = segmentedJobFixture;

async function run(
  bytes: Buffer,
  video: VideoModel,
  { store = memoryEventStore(), questions }: { store?: EventStore; questions?: string[] } = {},
) {
  const { objects } = fixture;
  const file = { contentType: 'video/mp4', bytes: bytes.length, objectKey: 'uploads/t/film' };
  objects.write(file.objectKey, bytes);
  await requestSegmentedJob(store, { task: { kind: 'analysis', ...(questions ? { questions } : {}) }, file });
  await deliverAll(store, analysisJob({ store, objects, video, segmentSeconds: 10 }), { times: () => 2 });
  return jobState(store);
}

async function analysed(bytes: Buffer, video: VideoModel, questions?: string[]) {
  const state = await run(bytes, video, questions ? { questions } : {});
  const result = await fixture.objects.readJson(resultKey(tenant, contentId, jobId));
  return { state, analysis: Analysis.parse(result) };
}

/** Expects that no segment is left. */
async function expectNoParts(): Promise<void> {
  for (const part of [0, 1, 2]) {
    for (const ending of ['json', 'mp4']) {
      const key = `results/${tenant}/${contentId}/${jobId}/${part}.${ending}`;
      expect(await fixture.objects.head(key)).toBeUndefined();
    }
  }
}

/** A model that returns a scene for every four seconds of its video, and an anomaly in the middle of each. */
function watchful() {
  const shown: { readonly uri: string; readonly seconds: number }[] = [];
  const video: VideoModel = {
    async watch({ uri }) {
      const key = uri.replace('s3://content/', '');
      const { bytes = 0 } = (await fixture.objects.head(key)) ?? {};
      const seconds = await videoSeconds(fixture.objects, key, bytes);
      shown.push({ uri, seconds });
      const scenes = Array.from({ length: Math.ceil(seconds / 4) }, (_, n) => ({
        ...{ start: n * 4, end: Math.min(seconds, n * 4 + 4), description: `scene ${n} of ${uri}` },
      }));
      const findings: AnalysisFindings = {
        scenes,
        timeline: scenes.map(({ start, description }) => ({ time: start, description })),
        anomalies: scenes.map(({ start }) => ({
          start: start + 2,
          end: start + 3,
          severity: 'low',
          confidence: 1,
          reason: 'odd',
        })),
        answers: [{ question: 'Who?', answer: `seen in ${seconds.toFixed(0)} s` }],
      };
      const usage = { inputTokens: 1, outputTokens: 1 };
      return { text: JSON.stringify(findings), complete: true, usage, model: 'watchful' };
    },
  };
  return { video, shown };
}

const cuts = Array.from({ length: 18 }, (_, n) => ({
  start: n * 2,
  end: n * 2 + 2,
  description: `shot ${n}`,
}));

describe('a long video', () => {
  it('is analysed in overlapping segments, with one result', async () => {
    const { video, shown } = watchful();

    const { state, analysis } = await analysed(await makeVideo({ seconds: 36, scenes: cuts }), video, [
      'Who?',
    ]);

    expect(state).toMatchObject({ status: 'done' });
    expect(shown).toHaveLength(4);
    // Nine seconds each, ten more on either side where possible, and back to a key frame.
    expect(shown.map(({ seconds }) => Math.round(seconds)).sort((a, b) => a - b)).toEqual([19, 20, 28, 28]);
    expect(analysis).toMatchObject({ durationSeconds: 36, model: 'watchful' });
    // Every second is in exactly one scene.
    const { scenes } = analysis;
    expect(scenes[0]?.start).toBe(0);
    for (const [n, { start }] of scenes.slice(1).entries()) expect(start).toBeCloseTo(scenes[n]?.end ?? 0, 2);
    expect(scenes.at(-1)?.end).toBeCloseTo(36, 1);
    // What the overlap shows twice is in the result once.
    const times = analysis.anomalies.map(({ start }) => start);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(times.length).toBeGreaterThanOrEqual(8);
    expect(analysis.answers).toEqual([
      { question: 'Who?', answer: expect.stringMatching(/^0:00–0:09: .*\n0:09–0:18: /) },
    ]);
  });

  it('leaves no segments behind', async () => {
    await analysed(await makeVideo({ seconds: 25, scenes: cuts.slice(0, 12) }), watchful().video);

    await expectNoParts();
  });

  it('leaves no segments behind when it is deleted during the analysis', async () => {
    const store = memoryEventStore();
    const { video } = watchful();
    const deleting: VideoModel = {
      async watch(...how) {
        await execute(store, content, item, metadata, (state) =>
          state.status === 'deleted' ? [] : deleteContent(state, contentId),
        );
        return video.watch(...how);
      },
    };

    const state = await run(await makeVideo({ seconds: 25, scenes: cuts.slice(0, 12) }), deleting, { store });

    expect(state).toMatchObject({ status: 'failed', retriable: false });
    await expectNoParts();
  });

  it('of more than two hours is refused before any segment is analysed', async () => {
    const { video, shown } = watchful();

    const state = await run(await makeVideo({ seconds: 7260, frameRate: 0.1 }), video);

    expect(state).toMatchObject({ status: 'failed', retriable: false, parts: [] });
    expect(shown).toEqual([]);
  });

  it('is analysed by the model segment by segment, like any other video', async () => {
    const video = novaVideo(bedrockClient(10_000), models.video);

    const { state, analysis } = await analysed(
      await makeVideo({ seconds: 21, scenes: cuts.slice(0, 10) }),
      video,
    );

    expect(state).toMatchObject({ status: 'done' });
    expect(analysis.model).toBe('nova-local-stand-in');
    expect(analysis.scenes.at(-1)?.end).toBeCloseTo(21, 1);
  });

  it('of a size that the model accepts is analysed as it is', async () => {
    const { video, shown } = watchful();

    await analysed(await makeVideo({ seconds: 8 }), video);

    expect(shown).toEqual([{ uri: 's3://content/uploads/t/film', seconds: expect.closeTo(8, 1) }]);
  });
});

describe('a clip of at most thirty seconds', () => {
  const shots = [0, 50].map((start) => ({ start, end: start + 50, description: 'a shot' }));
  const clip = async (from: number) => {
    const bytes = await makeVideo({ seconds: 100, scenes: shots });
    const key = 'uploads/t/sparse';
    fixture.objects.write(key, bytes);
    const how = { key, bytes: bytes.length, from, to: from + 15, maxSeconds: 30, target: 'results/t/clip' };
    return copyClip(fixture.objects, { ...how, signal: AbortSignal.timeout(300_000) });
  };

  it('begins at the key frame before it, or at the next one when that is too far back', async () => {
    expect(await clip(10)).toMatchObject({ start: 0, seconds: expect.closeTo(25, 0) });
    expect(await clip(45)).toMatchObject({ start: 50, seconds: expect.closeTo(10, 0) });
  });

  it('is refused with a sentence when there is no key frame near', async () => {
    await expect(clip(31)).rejects.toThrow(/no key frame .* convert it/);
  });
});
