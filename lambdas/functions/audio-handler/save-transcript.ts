import type { Transcript } from '@nova/shared/api/media';
import type { ContentObjects } from '../../content/objects.ts';
import type { EventStore } from '../../event-store/store.ts';
import type { Conclusion, WorkContext } from '../../jobs/job-run.ts';
import { saveResult } from '../../jobs/save-result.ts';

/**
 * Keeps a job's transcript, and attaches it to the item.
 * @throws DomainError `not-found` when the item is gone
 */
export function saveTranscript(
  store: EventStore,
  objects: ContentObjects,
  work: Pick<WorkContext, 'tenant' | 'contentId' | 'jobId'>,
  transcript: Transcript,
): Promise<Conclusion> {
  const { segments, durationSeconds } = transcript;
  return saveResult(store, objects, work, transcript, (saved) => ({
    type: 'TranscriptAttached',
    data: { ...saved, segments: segments.length, durationSeconds },
  }));
}
