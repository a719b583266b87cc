import type { PublishedEvent } from '@nova/shared/events/index';
import { causedBy } from '../../commands/publish.ts';
import { jobsAfter, type Reactions } from '../../domain/reactions.ts';
import type { EventStore } from '../../event-store/store.ts';
import { derivedId, requestJob } from '../../jobs/request-job.ts';

/** Requests the jobs that follow from an event; the same event always leads to the same jobs. */
export async function startJobs(
  store: EventStore,
  event: PublishedEvent<'ContentUploaded' | 'TranscriptAttached' | 'AnalysisAttached'>,
  reactions: Reactions,
): Promise<void> {
  const metadata = causedBy(event, 'event-handler');
  const { tenant, id: contentId } = event.stream;
  for (const [index, task] of jobsAfter(event, reactions).entries()) {
    await requestJob(store, tenant, { contentId, task }, metadata, jobIdFor(event, index));
  }
}

/** A repeated event requests the same job. */
const jobIdFor = (event: PublishedEvent, index: number) =>
  derivedId(`${event.id}/${index}`, Date.parse(event.occurredAt));
