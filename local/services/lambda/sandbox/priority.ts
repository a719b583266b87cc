import { readdirSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/**
 * Nice values of a sandbox below the platform's own. The platform goes first, because one process of it serves all sandboxes: at 5
 * they have a third of its share of a busy processor, at 15 a thirtieth. Source: sched(7), "The nice value".
 */
const steps = { ordinary: 5, background: 15 };
const lowest = 19;

/**
 * Sets the priority of a sandbox. On most systems only root may raise it again.
 * @returns whether it is set
 */
export const setSandboxPriority = (pid: number, level: keyof typeof steps): boolean =>
  set(pid, Math.min(lowest, getPriority() + steps[level]));

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
