import { type EventMetadata, jobStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { currentState, execute } from '../../commands/execute.ts';
import { job } from '../../domain/job.ts';
import { failIfLost } from '../../domain/lost-job.ts';
import type { EventStore } from '../../event-store/store.ts';
import type { JobSlots } from './job-slots.ts';
import { endedSlots, oldest, parseSlot } from './slot.ts';

/**
 * Frees slots whose release was lost, and those of jobs that were never recorded. Only a few of the oldest are looked at: slots in
 * use move on, so those left over become the oldest.
 * @param metadata of the events that fail jobs without a function; without it they keep their slots
 * @returns whether any was free
 */
export type FreeLeftOver = (
  tenant: string,
  candidates: Iterable<string>,
  metadata?: EventMetadata,
) => Promise<boolean>;

export function leftOverSlots(store: EventStore, slots: JobSlots): FreeLeftOver {
  return async (tenant, candidates, metadata) => {
    const freed = oldest(candidates, limits.slotsChecked).map(async (slot) => {
      const { jobId, tries } = parseSlot(slot);
      const stream = jobStream(tenant, jobId);
      let state = await currentState(store, job, stream);
      const now = new Date();
      if (metadata && failIfLost(state, now).length > 0) {
        const lost = await execute(store, job, stream, metadata, (before) => failIfLost(before, now));
        state = lost.state;
      }
      const isOver = endedSlots(jobId, state).includes(slot);
      const isRecorded = state.status !== 'none' && state.tries >= tries;
      if (isOver) await slots.release(tenant, [slot]);
      else if (!isRecorded) await slots.withdraw(tenant, slot);
      return isOver || !isRecorded;
    });
    return (await Promise.all(freed)).includes(true);
  };
}
