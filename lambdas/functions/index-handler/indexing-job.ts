import type { WorkInSegments } from '../../jobs/run-in-segments.ts';
import { type IndexingDependencies, indexContent } from './index-content.ts';
import { documentJob } from './pages/document-job.ts';
import type { IndexingTask } from './put-vectors.ts';
import type { MediaDependencies } from './spans/media-job.ts';

/** Indexes any source of an item: documents and media in segments, where one invocation is too short, and others at once. */
export function indexingJob(
  dependencies: IndexingDependencies,
  media: MediaDependencies,
): WorkInSegments<IndexingTask> {
  const documents = documentJob(dependencies);
  const others = indexContent(dependencies);
  const workOn = async ({ source }: IndexingTask): Promise<WorkInSegments<IndexingTask>> => {
    if (source !== 'media') return documents;
    // Loaded for such a job only: the media readers take time to load, and other jobs do not need them.
    return (await import('./spans/media-job.ts')).mediaJob(media);
  };
  return {
    async open(context) {
      const { source } = context.task;
      if (source !== 'document' && source !== 'media') return others(context);
      return (await workOn(context.task)).open(context);
    },
    segment: async (context) => (await workOn(context.task)).segment(context),
    conclude: async (context, segments) => (await workOn(context.task)).conclude(context, segments),
    cleanUp: async (context, segments) => (await workOn(context.task)).cleanUp(context, segments),
  };
}
