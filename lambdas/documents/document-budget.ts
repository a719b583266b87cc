import { limits } from '@nova/shared/limits';
import { DomainError } from '../domain/errors.ts';
import { type Share, type WorkBudget, workBudget } from '../runtime/work-budget.ts';

/**
 * The time that reading a document and cutting its text may take in one invocation. It ends with a refusal for good, because reading it
 * again would take as long.
 * @param endsAt when the invocation's time is nearly up
 * @param usedMs milliseconds of a processor that invocations before have read the document
 */
export function documentBudget(endsAt: Date, usedMs = 0): WorkBudget {
  const { documentCpuMs, documentCpuMsInAll, documentRestMs } = limits;
  const cpuMs = Math.min(documentCpuMs, documentCpuMsInAll - usedMs);
  const limit = cpuMs === documentCpuMs ? documentCpuMs : documentCpuMsInAll;
  const wallMs = endsAt.getTime() - Date.now() - documentRestMs;
  return workBudget(
    // A process that got less of the processor in its time, on a busy laptop, may try again.
    { cpuMs, wallMs, shareMs: cpuMs },
    () =>
      new DomainError(
        'unsupported-media',
        `The document takes longer to read than the limit of ${limit / 1000} seconds of a processor; simplify it or split it, and upload that.`,
      ),
  );
}

/** The share of an invocation in which pages are read: half of it is left to a page that takes long, to cutting and to embedding. */
export const pagesShare = (endsAt: Date): Share => ({
  cpuMs: limits.documentShareMs,
  until: (Date.now() + endsAt.getTime()) / 2,
});
