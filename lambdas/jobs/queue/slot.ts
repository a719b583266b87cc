import { ended, type JobState } from '../../domain/job.ts';

/**
 * The name of a job's slot: the job's id and the number of the try, because the end of one try must not free the slot of the
 * next. Ids begin with the time (UUIDv7), so the text order of slots is the order of their jobs.
 */
export const slotOf = (jobId: string, tries: number) => `${jobId}.${tries}`;

export function parseSlot(slot: string): { readonly jobId: string; readonly tries: number } {
  const [jobId = '', tries] = slot.split('.');
  return { jobId, tries: Number(tries) };
}

/** The slots of a job's tries that have ended. */
export function endedSlots(jobId: string, state: JobState): string[] {
  if (state.status === 'none') return [];
  const count = ended(state) ? state.tries : state.tries - 1;
  return Array.from({ length: count }, (_, place) => slotOf(jobId, place + 1));
}

/** The first of a set of slots, by the order of their jobs. */
export const oldest = (slots: Iterable<string>, count = Number.POSITIVE_INFINITY): string[] =>
  [...slots].sort().slice(0, count);
