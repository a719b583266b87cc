import type { Analysis } from '@nova/shared/api/media';
import type { JobTask } from '@nova/shared/events/index';
import { attachResult } from '../../domain/content.ts';
import type { ContentObjects } from '../../platform/content/objects.ts';
import type { EventStore } from '../../platform/events/store.ts';
import type { Conclusion, JobContext } from '../../platform/jobs/run-job.ts';
import { saveResult } from '../../platform/jobs/save-result.ts';
import { videoSeconds } from '../../platform/media/video/duration.ts';
import type { VideoModel } from '../../platform/media/video/port.ts';
import { recordUsage } from '../../platform/usage/record-usage.ts';
import { analyse } from './analyse.ts';

export type AnalysisTask = Extract<JobTask, { kind: 'analysis' }>;

export interface AnalysisPorts {
  readonly store: EventStore;
  readonly objects: ContentObjects;
  readonly video: VideoModel;
}

/** Percent at which the file is known to be a video, and watching begins. */
const looked = 10;

/** Analyses an uploaded video and keeps the analysis beside it. */
export function analysisJob({ store, objects, video }: AnalysisPorts) {
  return async (job: JobContext<AnalysisTask>): Promise<Conclusion> => {
    const { objectKey, bytes } = job.content;
    const seconds = await videoSeconds(objects, objectKey, bytes);
    await job.progress(looked, 'watching');
    const used = { inputTokens: 0, outputTokens: 0, model: '' };
    try {
      const analysis = await analyse({
        video,
        uri: `s3://${objects.bucket}/${objectKey}`,
        seconds,
        request: job.task,
        signal: job.signal,
        onUsage: ({ inputTokens, outputTokens, model }) => {
          used.inputTokens += inputTokens;
          used.outputTokens += outputTokens;
          used.model = model;
        },
      });
      return await conclude(store, objects, job, analysis);
    } finally {
      const usage = { ...used, source: 'video', reference: job.jobId } as const;
      await recordUsage(store, job.tenant, usage, job.metadata);
    }
  };
}

async function conclude(
  store: EventStore,
  objects: ContentObjects,
  job: JobContext,
  analysis: Analysis,
): Promise<Conclusion> {
  const objectKey = await saveResult(store, objects, job, analysis);
  const { scenes, durationSeconds } = analysis;
  const data = { jobId: job.jobId, objectKey, scenes: scenes.length, durationSeconds };
  return (state) => attachResult(state, { type: 'AnalysisAttached', data });
}
