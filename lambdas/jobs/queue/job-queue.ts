import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Environment } from '@nova/shared/environment';
import { type EventMetadata, jobStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { currentState, execute } from '../../commands/execute.ts';
import { DomainError } from '../../domain/errors.ts';
import { dequeueJob, job } from '../../domain/job.ts';
import type { EventStore } from '../../event-store/store.ts';
import { dynamodbJobSlots, type JobSlots, type SlotsOfKey } from './job-slots.ts';
import { endedSlots, oldest, parseSlot } from './slot.ts';

/** Jobs of a key that may run, and that may run or wait, at once; and the exceptions of single keys by their ids. */
export type JobBounds = Environment<'JOB_BOUNDS'>['JOB_BOUNDS'];

/** The jobs of each key that run or wait, within the key's bounds. */
export interface JobQueue {
  /**
   * Records jobs that a caller requests, in slots of their own.
   * @throws DomainError `too-many-jobs` before anything is recorded
   */
  admit<T>(tenant: string, slots: readonly string[], record: () => Promise<T>): Promise<T>;
  /** @throws DomainError `too-many-jobs` when the key has no slot for another job */
  refuseWhenFull(tenant: string): Promise<void>;
  /**
   * Lets a recorded job run or wait.
   * @returns `full` when it may not even wait: jobs that no caller requested have no slot until then
   */
  start(tenant: string, slot: string): Promise<'running' | 'queued' | 'full'>;
  /** Frees the slots of a job's ended tries, and requests the oldest jobs that wait for as many slots as are free. */
  release(tenant: string, jobId: string, metadata: EventMetadata): Promise<void>;
}

/** The queue of a function, by its environment. */
export const openJobQueue = (
  client: DynamoDBDocumentClient,
  store: EventStore,
  environment: Environment<'JOB_SLOTS_TABLE' | 'JOB_BOUNDS'>,
): JobQueue => jobQueue(store, dynamodbJobSlots(client, environment.JOB_SLOTS_TABLE), environment.JOB_BOUNDS);

export function jobQueue(store: EventStore, slots: JobSlots, { all, keys }: JobBounds): JobQueue {
  const boundsOf = (tenant: string) => keys.get(tenant) ?? all;

  /** Requests the oldest waiting jobs, as many as may run. */
  const dequeue = async (tenant: string, { waiting, running }: SlotsOfKey, metadata: EventMetadata) => {
    let free = boundsOf(tenant).running - running.size;
    for (const slot of oldest(waiting)) {
      if (free <= 0) return;
      if (running.has(slot)) continue;
      const { jobId, tries } = parseSlot(slot);
      const { state, appended } = await execute(store, job, jobStream(tenant, jobId), metadata, (before) =>
        dequeueJob(before, tries),
      );
      if (appended.length > 0) free -= 1;
      else if (endedSlots(jobId, state).includes(slot)) await slots.release(tenant, [slot]);
    }
  };

  /**
   * Frees slots whose release was lost, and those of jobs that were never recorded. Only a few of the oldest are looked at: slots in
   * use move on, so those left over become the oldest.
   * @returns whether any was free
   */
  const freeLeftOver = async (tenant: string, candidates: Iterable<string>): Promise<boolean> => {
    const freed = oldest(candidates, limits.slotsChecked).map(async (slot) => {
      const { jobId, tries } = parseSlot(slot);
      const state = await currentState(store, job, jobStream(tenant, jobId));
      const isOver = endedSlots(jobId, state).includes(slot);
      const isRecorded = state.status !== 'none' && state.tries >= tries;
      if (isOver) await slots.release(tenant, [slot]);
      else if (!isRecorded) await slots.withdraw(tenant, slot);
      return isOver || !isRecorded;
    });
    return (await Promise.all(freed)).includes(true);
  };

  return {
    async admit(tenant, wanted, record) {
      const { open } = boundsOf(tenant);
      let change = await slots.open(tenant, wanted, open);
      if (!change.made && (await freeLeftOver(tenant, change.slots.open))) {
        change = await slots.open(tenant, wanted, open);
      }
      if (!change.made) throw tooManyJobs(change.slots, open);
      try {
        return await record();
      } catch (error) {
        await freeLeftOver(tenant, wanted);
        throw error;
      }
    },

    async refuseWhenFull(tenant) {
      const { open } = boundsOf(tenant);
      const now = await slots.get(tenant);
      if (now.open.size < open || (await freeLeftOver(tenant, now.open))) return;
      throw tooManyJobs(now, open);
    },

    async start(tenant, slot) {
      const { running } = boundsOf(tenant);
      for (;;) {
        const run = await slots.run(tenant, slot, running);
        if (run.made) return 'running';
        if (await freeLeftOver(tenant, run.slots.running)) continue;
        const wait = await slots.wait(tenant, slot, limits.openJobsMax);
        if (!wait.made) return 'full';
        // Otherwise the last job that ran has ended meanwhile, and no other end may follow that requests this one.
        if (wait.slots.running.size >= running) return 'queued';
      }
    },

    async release(tenant, jobId, metadata) {
      const over = endedSlots(jobId, await currentState(store, job, jobStream(tenant, jobId)));
      if (over.length > 0) await dequeue(tenant, await slots.release(tenant, over), metadata);
    },
  };
}

function tooManyJobs({ open, running }: SlotsOfKey, most: number): DomainError {
  const detail = `${open.size} jobs of this key have not ended (${running.size} run, the others wait), and at most ${most} may; wait until one ends, or cancel one with DELETE /jobs/{id}.`;
  return new DomainError('too-many-jobs', detail, { retryAfterSeconds: limits.tooManyJobsSeconds });
}
