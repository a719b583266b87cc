import { readFileSync } from 'node:fs';

/** Milliseconds that a process has used a processor, and that it has waited for one. */
interface ProcessorUse {
  readonly used: number;
  readonly waited: number;
}

export interface ProcessorListener {
  /** The process waits for others: it hardly needs a processor. */
  onIdle(): void;
  /** The process has used {@link longMs}. */
  onLong(): void;
}

/** Milliseconds of a processor after which work is long: enough for a reaction, not for a long job. */
const longMs = 500;
/** Where the system does not tell the use: milliseconds that pass until work counts as idle, and as long. */
const untold = { idleMs: 300, longMs: 1000 };
/** Milliseconds between two looks. */
const watchMs = 100;
/** Looks in a row at an idle process until it counts as one. */
const idleLooks = 2;
/** Share of the time that a process which waits for others may use, or wait for, a processor. */
const idleShare = 0.3;
/** Linux counts in hundredths of a second here. Source: proc_pid_stat(5), sysconf(3), `_SC_CLK_TCK`. */
const tickMs = 10;

/**
 * Watches the work of a process from now on. Time on a processor counts, not time that passes: on a busy machine short work takes long.
 * @returns a timer to clear
 */
export function watchProcessor(pid: number, listener: ProcessorListener): NodeJS.Timeout {
  const start = processorUse(pid);
  const startedAt = performance.now();
  let before = start;
  let idle = 0;
  return setInterval(() => {
    const now = processorUse(pid);
    const passed = performance.now() - startedAt;
    if (!start || !before || !now) {
      if (passed > untold.idleMs) listener.onIdle();
      if (passed > untold.longMs) listener.onLong();
      return;
    }
    const busy = now.used - before.used + now.waited - before.waited;
    before = now;
    idle = busy < watchMs * idleShare ? idle + 1 : 0;
    if (idle >= idleLooks) listener.onIdle();
    if (now.used - start.used > longMs) listener.onLong();
  }, watchMs);
}

/** @returns undefined where the system does not tell, and for a process that has ended */
function processorUse(pid: number): ProcessorUse | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in brackets, may contain spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [, waited] = readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ');
    return { used: (Number(fields[11]) + Number(fields[12])) * tickMs, waited: Number(waited) / 1e6 };
  } catch {
    return undefined;
  }
}
