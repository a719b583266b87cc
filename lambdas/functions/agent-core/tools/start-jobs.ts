import type { JobAccepted } from '@nova/shared/api/jobs';
import { AnalyzeRequest, TranscribeRequest } from '@nova/shared/api/media';
import { limits } from '@nova/shared/limits';
import { type Tool, tool } from '@strands-agents/sdk';
import { v7 as uuid } from 'uuid';
import type * as z from 'zod';
import { DomainError } from '../../../domain/errors.ts';
import { startAnalysis, startTranscription } from '../../../jobs/start-jobs.ts';
import { type ToolDependencies, toolCallback } from './tool.ts';
import type { UntrustedOutput } from './untrusted-output.ts';

/** The model cannot set a webhook: an address must not come from text that it has read. */
const TranscriptionInput = TranscribeRequest.omit({ webhook: true });
const AnalysisInput = AnalyzeRequest.omit({ webhook: true });

/** The tools that start jobs; they share one limit a turn. */
export function startJobTools({ store, checkBudget, queue, caller, toolOutput }: ToolDependencies): Tool[] {
  const startJob = jobStarter(toolOutput);
  const dependencies = { store, objects: undefined, checkBudget, queue };
  const newCaller = () => ({ ...caller, newId: uuid(), retried: false });
  const transcribe = (input: z.output<typeof TranscriptionInput>) =>
    startJob('transcription', input.contentId, () => startTranscription(dependencies, newCaller(), input));
  const analyse = (input: z.output<typeof AnalysisInput>) =>
    startJob('analysis', input.contentId, () => startAnalysis(dependencies, newCaller(), input));
  return [
    tool({
      name: 'start_transcription',
      description:
        'Starts the transcription of a recording, when the user asks for one. It takes a while: the answer is a jobId, and get_job says how it stands. Uploads are transcribed by themselves once, so do not start one to read a transcript that is there.',
      inputSchema: TranscriptionInput,
      callback: toolCallback('start_transcription', transcribe),
    }),
    tool({
      name: 'start_video_analysis',
      description:
        'Starts the analysis of a video, when the user asks for one: scenes, timeline, anomalies, and answers to questions about what is seen. It takes a while: the answer is a jobId, and get_job says how it stands. Uploads are analysed by themselves once, without questions.',
      inputSchema: AnalysisInput,
      callback: toolCallback('start_video_analysis', analyse),
    }),
  ];
}

type StartJob = (
  kind: string,
  contentId: string,
  start: () => Promise<JobAccepted>,
) => Promise<{ readonly jobId: string; readonly status: string }>;

/**
 * Starts the jobs of one turn: one for each content item and kind, however often the model asks, and at most
 * {@link limits.agentJobs}.
 * @throws (when called) DomainError `conflict` when the user did not ask for the job, or the limit is reached
 */
function jobStarter(toolOutput: UntrustedOutput): StartJob {
  const started = new Map<string, Promise<JobAccepted>>();
  return async (kind, contentId, start) => {
    toolOutput.requireNamedByUser(contentId);
    const key = `${kind} ${contentId}`;
    if (!started.has(key) && started.size >= limits.agentJobs) {
      throw new DomainError('conflict', `Not started: one turn starts ${limits.agentJobs} jobs at most.`);
    }
    const job = started.get(key) ?? start();
    started.set(key, job);
    try {
      const { jobId, status } = await job;
      return { jobId, status };
    } catch (error) {
      started.delete(key);
      throw error;
    }
  };
}
