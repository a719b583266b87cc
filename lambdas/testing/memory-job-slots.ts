import type { EventStore } from '../event-store/store.ts';
import { type JobQueue, jobQueue } from '../jobs/queue/job-queue.ts';
import type { JobSlots, SlotsOfKey } from '../jobs/queue/job-slots.ts';

/** A queue of jobs in memory, for tests; by default with room for every job. */
export const memoryJobQueue = (
  store: EventStore,
  all = { running: 1000, open: 1000 },
  slots = memoryJobSlots(),
): JobQueue => jobQueue(store, slots, { all, keys: new Map() });

const union = (some: ReadonlySet<string>, more: readonly string[]) => new Set([...some, ...more]);
const without = (some: ReadonlySet<string>, fewer: readonly string[]) =>
  new Set([...some].filter((slot) => !fewer.includes(slot)));

/** The slots of jobs in memory, for tests, with the same contract as the real ones. */
export function memoryJobSlots(): JobSlots {
  const items = new Map<string, SlotsOfKey>();
  const slotsOf = (tenant: string) =>
    items.get(tenant) ?? { open: new Set(), waiting: new Set(), running: new Set() };
  const put = (tenant: string, slots: SlotsOfKey) => {
    items.set(tenant, slots);
    return slots;
  };
  return {
    async open(tenant, slots, most) {
      const before = slotsOf(tenant);
      if (slots.every((slot) => before.open.has(slot))) return { made: true, slots: before };
      if (before.open.size + slots.length > most) return { made: false, slots: before };
      return { made: true, slots: put(tenant, { ...before, open: union(before.open, slots) }) };
    },
    async run(tenant, slot, most) {
      const { open, waiting, running } = slotsOf(tenant);
      const made = running.has(slot) || running.size < most;
      if (!made) return { made, slots: slotsOf(tenant) };
      const after = {
        open: union(open, [slot]),
        running: union(running, [slot]),
        waiting: without(waiting, [slot]),
      };
      return { made, slots: put(tenant, after) };
    },
    async wait(tenant, slot, most) {
      const { open, waiting, running } = slotsOf(tenant);
      const made = open.has(slot) || open.size < most;
      if (!made) return { made, slots: slotsOf(tenant) };
      const after = { open: union(open, [slot]), waiting: union(waiting, [slot]), running };
      return { made, slots: put(tenant, after) };
    },
    async release(tenant, slots) {
      const { open, waiting, running } = slotsOf(tenant);
      return put(tenant, {
        open: without(open, slots),
        waiting: without(waiting, slots),
        running: without(running, slots),
      });
    },
    async withdraw(tenant, slot) {
      const before = slotsOf(tenant);
      if (before.waiting.has(slot) || before.running.has(slot)) return;
      put(tenant, { ...before, open: without(before.open, [slot]) });
    },
    async get(tenant) {
      return slotsOf(tenant);
    },
  };
}
