import type { Tool } from '@strands-agents/sdk';
import type { ToolDependencies } from './dependencies.ts';
import { getJob } from './get-job.ts';
import { getTranscript } from './get-transcript.ts';
import { getVideoTimeline } from './get-video-timeline.ts';
import { listContent } from './list-content.ts';
import { searchContent } from './search-content.ts';
import { startedJobs } from './start-jobs.ts';
import { startTranscriptionTool } from './start-transcription.ts';
import { startVideoAnalysis } from './start-video-analysis.ts';

/** The agent's tools, each bound to the tenant of the turn. */
export function toolsOf(turn: ToolDependencies): Tool[] {
  const jobs = startedJobs(turn.material);
  return [
    searchContent(turn),
    listContent(turn),
    getTranscript(turn),
    getVideoTimeline(turn),
    startTranscriptionTool(turn, jobs),
    startVideoAnalysis(turn, jobs),
    getJob(turn),
  ];
}
