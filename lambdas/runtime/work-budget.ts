/**
 * Looked at between two pieces of synchronous work, which no timer interrupts.
 * @throws Error when the work has taken its time
 */
export type WorkBudget = () => void;

/** The share of an invocation that a piece of work may take before it leaves the rest to another one. */
export interface Share {
  /** Milliseconds of the processor. */
  readonly cpuMs: number;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Tells when a share that starts now is over. */
export function endOf({ cpuMs, until }: Share): () => boolean {
  const usedMs = processorMs();
  return () => usedMs() >= cpuMs || Date.now() >= until;
}

/** Milliseconds between two questions to the system: they take longer than the work on a packet, and work looks after each. */
const askedEveryMs = 5;

/** Tells the milliseconds of the processor since now, as of a moment ago. */
function processorMs(): () => number {
  const start = process.cpuUsage();
  let asked = performance.now();
  let used = 0;
  return () => {
    const now = performance.now();
    if (now - asked >= askedEveryMs) {
      const { user, system } = process.cpuUsage(start);
      used = (user + system) / 1000;
      asked = now;
    }
    return used;
  };
}

/** Work that never runs out of time, such as that of a test. */
export const unlimited: WorkBudget = () => {};

export interface WorkLimits {
  /** Milliseconds of the processor. */
  readonly cpuMs: number;
  /** Milliseconds on the clock. */
  readonly wallMs: number;
  /** Milliseconds of the processor from which on the end of `wallMs` is the work's own fault. */
  readonly shareMs: number;
}

/**
 * A budget that starts now. Work that had its share of the processor is refused for good; a process that got less, on a busy
 * laptop, may try again.
 */
export function workBudget({ cpuMs, wallMs, shareMs }: WorkLimits, refusal: () => Error): WorkBudget {
  const [usedMs, wall] = [processorMs(), performance.now()];
  return () => {
    const used = usedMs();
    const late = performance.now() - wall >= wallMs;
    if (used >= cpuMs || (late && used >= shareMs)) throw refusal();
    if (late) throw new DOMException('The work got too little of the processor in its time', 'TimeoutError');
  };
}
