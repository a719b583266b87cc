import { contentStream, type PublishedEvent } from '@nova/shared/events/index';
import { currentState } from '../../commands/execute.ts';
import { causedBy } from '../../commands/publish.ts';
import { content } from '../../domain/content.ts';
import { DomainError } from '../../domain/errors.ts';
import { jobsAfter, type Reactions } from '../../domain/reactions.ts';
import type { EventStore } from '../../event-store/store.ts';
import { derivedId, requestJob } from '../../jobs/request-job.ts';

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
  const tasks = jobsAfter(event, reactions);
  if (tasks.length === 0) return;
  const state = await currentState(store, content, contentStream(tenant, contentId));
  if (state.status === 'deleted') return;
  try {
    for (const [index, task] of tasks.entries()) {
      await requestJob(store, tenant, { contentId, task }, metadata, jobIdFor(event, index));
    }
  } catch (error) {
    // The item was erased since its state was read.
    if (!(error instanceof DomainError && error.type === 'not-found')) throw error;
  }
}

/** A repeated event requests the same job. */
const jobIdFor = (event: PublishedEvent, index: number) =>
  derivedId(`${event.id}/${index}`, Date.parse(event.occurredAt));
