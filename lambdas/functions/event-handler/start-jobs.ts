import { contentStream, type PublishedEvent } from '@nova/shared/events/index';
import { currentState } from '../../commands/execute.ts';
import { causedBy } from '../../commands/publish.ts';
import { content } from '../../domain/content.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Reactions } from '../../domain/reactions.ts';
import type { EventStore } from '../../event-store/store.ts';
import { reactionJobs } from '../../jobs/reaction-jobs.ts';
import { requestJob } from '../../jobs/request-job.ts';

/**
 * Requests the jobs that follow from an event; the same event always leads to the same jobs. An item that was deleted
 * meanwhile gets none.
 */
export async function startJobs(
  store: EventStore,
  event: PublishedEvent<'ContentUploaded' | 'TranscriptAttached' | 'AnalysisAttached'>,
  reactions: Reactions,
): Promise<void> {
  const metadata = causedBy(event, 'event-handler');
  const { tenant, id: contentId } = event.stream;
  const jobs = reactionJobs(event, reactions);
  if (jobs.length === 0) return;
  const state = await currentState(store, content, contentStream(tenant, contentId));
  if (state.status === 'deleted') return;
  try {
    for (const { jobId, task } of jobs) {
      await requestJob(store, tenant, { contentId, task }, metadata, jobId);
    }
  } catch (error) {
    // The item was erased since its state was read.
    if (!(error instanceof DomainError && error.type === 'not-found')) throw error;
  }
}
