import { createHash } from 'node:crypto';
import type { PublishedEvent } from '@nova/shared/events/index';
import { v7 as uuid } from 'uuid';
import { jobsAfter, type Reactions } from '../../domain/reactions.ts';
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
    await requestJob(store, tenant, contentId, task, metadata, { jobId: jobIdFor(event, index) });
  }
}

/** A UUIDv7 of the event's own time whose random part is a hash, so that a repeated event asks for the same job. */
function jobIdFor(event: PublishedEvent, index: number): string {
  const random = createHash('sha256').update(`${event.id}/${index}`).digest();
  return uuid({ msecs: Date.parse(event.occurredAt), random, seq: random.readUInt32BE(16) >>> 1 });
}
