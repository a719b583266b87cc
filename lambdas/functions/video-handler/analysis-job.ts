import type { JobTask } from '@nova/shared/events/index';
import type { ContentObjects } from '../../platform/content/objects.ts';
import type { EventStore } from '../../platform/events/store.ts';
import type { Conclusion } from '../../platform/jobs/job-run.ts';
import type { JobContext } from '../../platform/jobs/run-job.ts';
import { saveResult } from '../../platform/jobs/save-result.ts';
import { videoSeconds } from '../../platform/media/video/duration.ts';
import type { VideoModel } from '../../platform/media/video/port.ts';
import { metered } from '../../platform/usage/metered.ts';
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
    const account = { ...job, source: 'video', reference: job.jobId } as const;
    const analysis = await metered(store, account, (tokens) =>
      analyse({
        video,
        uri: `s3://${objects.bucket}/${objectKey}`,
        seconds,
        request: job.task,
        signal: job.signal,
        onUsage: tokens.add,
      }),
    );
    const { scenes, durationSeconds } = analysis;
    return saveResult(store, objects, job, analysis, (saved) => ({
      type: 'AnalysisAttached',
      data: { ...saved, scenes: scenes.length, durationSeconds },
    }));
  };
}
