import { limits } from '@nova/shared/limits';
import { DomainError } from '../../domain/errors.ts';
import { type WorkBudget, workBudget } from '../../runtime/work-budget.ts';

/**
 * The time that a function may take to read a recording or a video, from now on; the longer, the larger the file. It ends with a refusal for good, because reading the
 * file again would take as long.
 * @param bytes of the file
 * @param endsAt when the invocation's time is nearly up; without it, only the time of the processor counts
 */
export function readingBudget(bytes: number, endsAt?: Date): WorkBudget {
  const cpuMs = limits.mediaCpuMs + bytes / limits.mediaBytesPerMs;
  const wallMs = endsAt ? endsAt.getTime() - Date.now() : Number.POSITIVE_INFINITY;
  const shareMs = wallMs * limits.mediaShare;
  const inAll = endsAt ? `, or ${Math.round(wallMs / 1000)} seconds in all` : '';
  return workBudget(
    { cpuMs, wallMs, shareMs },
    () =>
      new DomainError(
        'unsupported-media',
        `The file takes longer to read than the limit of ${Math.round(cpuMs / 1000)} seconds of a processor${inAll}. Check that it plays, and convert it again, or split it and upload the pieces.`,
      ),
  );
}
