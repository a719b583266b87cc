import { AnalyzeRequest } from '@nova/shared/api/media';
import { type Tool, tool } from '@strands-agents/sdk';
import { v7 as uuid } from 'uuid';
import type * as z from 'zod';
import { startAnalysis } from '../../../jobs/start-jobs.ts';
import type { ToolDependencies } from './dependencies.ts';
import type { StartJob } from './start-jobs.ts';
import { answering } from './tool.ts';

/** Where the end is told is for the caller to say: an address must not come out of material that a model has read. */
const Wanted = AnalyzeRequest.omit({ webhook: true });

/** Starts an analysis of one video. */
export function startVideoAnalysis({ store, asker }: ToolDependencies, startJob: StartJob): Tool {
  const start = (wanted: z.output<typeof Wanted>) =>
    startJob('analysis', wanted.contentId, () =>
      startAnalysis(store, undefined, { ...asker, newId: uuid() }, wanted),
    );
  return tool({
    name: 'start_video_analysis',
    description:
      'Starts the analysis of a video, when the user asks for one: scenes, timeline, anomalies, and answers to questions about what is seen. It takes a while: the answer is a jobId, and get_job says how it stands. Uploads are analysed by themselves once, without questions.',
    inputSchema: Wanted,
    callback: answering('start_video_analysis', start),
  });
}
