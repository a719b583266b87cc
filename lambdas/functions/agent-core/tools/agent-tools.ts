import type { Tool } from '@strands-agents/sdk';
import { getJob } from './get-job.ts';
import { getTranscript } from './get-transcript.ts';
import { getVideoTimeline } from './get-video-timeline.ts';
import { listContent } from './list-content.ts';
import { searchContent } from './search-content.ts';
import { startJobTools } from './start-jobs.ts';
import type { ToolDependencies } from './tool.ts';

/** The agent's tools, each bound to the tenant of the turn. */
export const agentTools = (dependencies: ToolDependencies): Tool[] => [
  searchContent(dependencies),
  listContent(dependencies),
  getTranscript(dependencies),
  getVideoTimeline(dependencies),
  ...startJobTools(dependencies),
  getJob(dependencies),
];
