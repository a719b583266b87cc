import type { ContentSummary, Processing } from '@nova/shared/api/content';
import type { JobStatus } from '@nova/shared/vocabulary';
import type { Style } from '../output/terminal.ts';

/** Style of a job's status. */
export const styleOf = (status: JobStatus): Style =>
  status === 'done' ? 'green' : status === 'failed' ? 'red' : status === 'cancelled' ? 'yellow' : 'cyan';

/** `transcription done`, `indexing transcript 40 %`, `indexing failed: The document has no text.` */
export function describeProcessing({
  kind,
  source,
  status,
  progress,
  reason,
  warnings = [],
}: Processing): string {
  const what = source === 'transcript' || source === 'scene' ? `${kind} ${source}` : kind;
  const how = status === 'running' ? `${progress.percent} %` : status;
  const why = [reason ?? [], warnings].flat().join(' ');
  return `${what} ${how}${why === '' ? '' : `: ${why}`}`;
}

/** What became of an item, in one line. */
export function describeOutcome({ status, rejection, processing }: ContentSummary): string {
  if (rejection) return rejection.detail;
  if (status !== 'ready') return '';
  return processing.map(describeProcessing).join(', ');
}
