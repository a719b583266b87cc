import type { PublishedEvent } from '@nova/shared/events/index';
import { jobsAfter, type Reactions } from '../../domain/reactions.ts';
import { derivedId } from '../../platform/derived-id.ts';
import { causedBy } from '../../platform/events/published.ts';
import type { EventStore } from '../../platform/events/store.ts';
import { requestJob } from '../../platform/jobs/request-job.ts';

/** Requests the jobs that follow from an event; the same event always means the same jobs. */
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

/** A repeated event asks for the same job. */
const jobIdFor = (event: PublishedEvent, index: number) =>
  derivedId(`${event.id}/${index}`, Date.parse(event.occurredAt));
