import type { JobAccepted } from '@nova/shared/api/jobs';
import type { AnalyzeRequest, TranscribeRequest } from '@nova/shared/api/media';
import type { ContentObjects } from '../content/objects.ts';
import type { EventStore } from '../event-store/store.ts';
import type { ApiRequest } from '../http/request.ts';
import { refuseLanguage } from '../models/transcribe/languages.ts';
import { acceptJob } from './accept-job.ts';

type Caller = Pick<ApiRequest, 'tenant' | 'metadata' | 'newId'>;

/**
 * Starts a transcription.
 * @throws DomainError as {@link acceptJob} does, or `unsupported-media` for an unsupported language
 */
export async function startTranscription(
  store: EventStore,
  objects: ContentObjects | undefined,
  caller: Caller,
  { contentId, language, webhook }: TranscribeRequest,
): Promise<JobAccepted> {
  refuseLanguage(language);
  const wanted = { contentId, task: { kind: 'transcription', language }, webhook } as const;
  return acceptJob(store, objects, caller, wanted, ['audio', 'video']);
}

/**
 * Starts an analysis.
 * @throws DomainError as {@link acceptJob} does
 */
export function startAnalysis(
  store: EventStore,
  objects: ContentObjects | undefined,
  caller: Caller,
  { contentId, webhook, ...task }: AnalyzeRequest,
): Promise<JobAccepted> {
  const wanted = { contentId, task: { kind: 'analysis', ...task }, webhook } as const;
  return acceptJob(store, objects, caller, wanted, ['video']);
}
