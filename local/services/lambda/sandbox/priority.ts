import { readdirSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/**
 * Nice values of a sandbox below the platform's own. The platform goes first, because one process of it serves all sandboxes, and so
 * does a function that reads a stream, which all keys wait for. At 5 a sandbox has a third of the platform's share of a busy
 * processor, at 12 a fifteenth, at 19 a seventieth. Source: sched(7), "The nice value".
 */
const steps = { platform: 0, ordinary: 5, crowded: 12, background: 19 };
export type Priority = keyof typeof steps;
const lowest = 19;

/**
 * Sets the priority of a sandbox. On most systems only root may raise it again.
 * @returns whether it is set
 */
export const setSandboxPriority = (pid: number, level: Priority): boolean =>
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
