import { readdirSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** Nice values below the platform's own: one tenth of its share of a busy processor. Source: sched(7), "The nice value". */
const steps = 10;
const lowest = 19;

/**
 * Lowers the priority of a process, so that others go first on a busy machine.
 * @returns whether it is lower now
 */
export const lowerPriority = (pid: number): boolean => set(pid, Math.min(lowest, getPriority() + steps));

/**
 * Gives a process the platform's own priority again, which on most systems only root may do.
 * @returns whether it has it
 */
export const restorePriority = (pid: number): boolean => set(pid, getPriority());

function set(pid: number, nice: number): boolean {
  try {
    for (const thread of threadsOf(pid)) setPriority(thread, nice);
  } catch {
    return false;
  }
  try {
    // Linux shares its processors between sessions first, and a sandbox is a session. Source: sched(7), "The autogroup feature".
    if (process.platform === 'linux') writeFileSync(`/proc/${pid}/autogroup`, String(nice));
  } catch {
    // This kernel has no such groups.
  }
  return true;
}

/** Linux sets the priority of one thread, other systems that of the process. */
const threadsOf = (pid: number): number[] =>
  process.platform === 'linux' ? readdirSync(`/proc/${pid}/task`).map(Number) : [pid];
