import type { Tool } from '@strands-agents/sdk';
import type { ContentObjects } from '../../../content/objects.ts';
import type { EventStore } from '../../../event-store/store.ts';
import type { ApiRequest } from '../../../http/request.ts';
import type { ReadModel } from '../../../read-model/rows.ts';
import type { SemanticSearch } from '../../../vectors/semantic-search.ts';
import type { Material } from '../material.ts';
import { getJob } from './get-job.ts';
import { getTranscript } from './get-transcript.ts';
import { getVideoTimeline } from './get-video-timeline.ts';
import { listContent } from './list-content.ts';
import { searchContent } from './search-content.ts';
import { startTranscriptionTool } from './start-transcription.ts';
import { startVideoAnalysis } from './start-video-analysis.ts';
import { startedJobs } from './started-jobs.ts';

/** What the tools of one turn work with. */
export interface TurnTools {
  readonly store: EventStore;
  readonly rows: ReadModel;
  readonly objects: ContentObjects;
  readonly search: SemanticSearch;
  /** Whose turn it is: the model never says whose content it wants. */
  readonly asker: Pick<ApiRequest, 'tenant' | 'metadata'>;
  /** Content the user points to. */
  readonly pointedTo: readonly string[];
  readonly material: Material;
}

/** The agent's tools, each bound to the tenant of the turn. */
export function toolsOf(turn: TurnTools): Tool[] {
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
