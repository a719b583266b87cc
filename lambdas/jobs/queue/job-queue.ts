import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Environment } from '@nova/shared/environment';
import { type EventMetadata, jobStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import pMap from 'p-map';
import QuickLRU from 'quick-lru';
import { currentState, execute } from '../../commands/execute.ts';
import { DomainError, notFound } from '../../domain/errors.ts';
import { dequeueJob, failJob, job } from '../../domain/job.ts';
import type { EventStore } from '../../event-store/store.ts';
import { dynamodbJobSlots, type JobSlots, type SlotsOfKey } from './job-slots.ts';
import { leftOverSlots } from './left-over.ts';
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
  start(tenant: string, slot: string, metadata: EventMetadata): Promise<'running' | 'queued' | 'full'>;
  /** Frees the slots of a job's ended tries, and requests the oldest jobs that wait for as many slots as are free. */
  release(tenant: string, jobId: string, metadata: EventMetadata): Promise<void>;
  /**
   * Lets jobs that wait run when the event that would have let them was lost: the end of those before them. Does nothing if this
   * process has looked at the key within {@link limits.queueLookMs}.
   */
  revive(tenant: string, metadata: EventMetadata): Promise<void>;
  /** Ends the jobs on a deleted item that run. Those that wait end without work when their turn comes. */
  endJobsOn(tenant: string, contentId: string, metadata: EventMetadata): Promise<void>;
}

/** Keys that a process remembers having looked at: a bound of memory. */
const keysRemembered = 1000;

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

  const freeLeftOver = leftOverSlots(store, slots);
  /** Keys at whose waiting jobs this process has looked in the last moments. */
  const lookedAt = new QuickLRU<string, true>({ maxSize: keysRemembered, maxAge: limits.queueLookMs });

  /** Keys of which this process has found no slot left over in the last moments. */
  const full = new QuickLRU<string, true>({ maxSize: keysRemembered, maxAge: limits.slotsCheckedMs });

  /** Frees slots left over for a request, seldom: a flood of requests is refused at little cost. */
  const seldomFreeLeftOver = async (tenant: string, { open }: SlotsOfKey): Promise<boolean> => {
    if (full.has(tenant)) return false;
    const freed = await freeLeftOver(tenant, open);
    if (!freed) full.set(tenant, true);
    return freed;
  };

  return {
    async admit(tenant, wanted, record) {
      const { open } = boundsOf(tenant);
      let change = await slots.open(tenant, wanted, open);
      if (!change.made && (await seldomFreeLeftOver(tenant, change.slots))) {
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
      if (now.open.size < open || (await seldomFreeLeftOver(tenant, now))) return;
      throw tooManyJobs(now, open);
    },

    async start(tenant, slot, metadata) {
      const { running } = boundsOf(tenant);
      for (;;) {
        const run = await slots.run(tenant, slot, running);
        if (run.made) return 'running';
        if (await freeLeftOver(tenant, run.slots.running, metadata)) continue;
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

    async revive(tenant, metadata) {
      if (lookedAt.has(tenant)) return;
      lookedAt.set(tenant, true);
      const { waiting, running } = await slots.get(tenant);
      if (waiting.size === 0) return;
      await freeLeftOver(tenant, running, metadata);
      await dequeue(tenant, await slots.get(tenant), metadata);
    },

    async endJobsOn(tenant, contentId, metadata) {
      const { running } = await slots.get(tenant);
      const gone = notFound('content', contentId);
      const end = async (slot: string) => {
        const stream = jobStream(tenant, parseSlot(slot).jobId);
        await execute(store, job, stream, metadata, (state) =>
          state.status !== 'none' && state.contentId === contentId ? failJob(state, gone.message, false) : [],
        );
      };
      await pMap(running, end, { concurrency: limits.slotsChecked });
    },
  };
}

function tooManyJobs({ open, running }: SlotsOfKey, most: number): DomainError {
  const detail = `${open.size} jobs of this key have not ended (${running.size} run, the others wait), and at most ${most} may; wait until one ends, or cancel one with DELETE /jobs/{id}.`;
  return new DomainError('too-many-jobs', detail, { retryAfterSeconds: limits.tooManyJobsSeconds });
}
