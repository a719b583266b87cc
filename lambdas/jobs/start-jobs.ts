import type { JobAccepted } from '@nova/shared/api/jobs';
import type { AnalyzeRequest, TranscribeRequest } from '@nova/shared/api/media';
import { refuseLanguage } from '../models/transcribe/languages.ts';
import { type AcceptDependencies, acceptJob, type JobCaller } from './accept-job.ts';

/**
 * Starts a transcription.
 * @throws DomainError as {@link acceptJob} does, or `unsupported-media` for an unsupported language
 */
export async function startTranscription(
  dependencies: AcceptDependencies,
  caller: JobCaller,
  { contentId, language, channels, webhook }: TranscribeRequest,
): Promise<JobAccepted> {
  refuseLanguage(language);
  const wanted = { contentId, task: { kind: 'transcription', language, channels }, webhook } as const;
  return acceptJob(dependencies, caller, wanted, ['audio', 'video']);
}

/**
 * Starts an analysis.
 * @throws DomainError as {@link acceptJob} does
 */
export function startAnalysis(
  dependencies: AcceptDependencies,
  caller: JobCaller,
  { contentId, webhook, ...task }: AnalyzeRequest,
): Promise<JobAccepted> {
  const wanted = { contentId, task: { kind: 'analysis', ...task }, webhook } as const;
  return acceptJob(dependencies, caller, wanted, ['video']);
}
