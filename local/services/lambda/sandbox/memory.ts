import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

/**
 * Memory a process holds now and the most it ever held, in bytes.
 * @returns undefined when the process is gone
 */
export interface MemoryUse {
  readonly now: number;
  readonly peak: number;
}

/** Reads a process's resident memory: from /proc on Linux, from `ps` elsewhere (which knows no peak). */
export async function memoryOf(pid: number): Promise<MemoryUse | undefined> {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): MemoryUse | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    return { now: field('VmRSS') * kilobyte, peak: field('VmHWM') * kilobyte };
  } catch {
    return undefined;
  }
}

function fromPs(pid: number): Promise<MemoryUse | undefined> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, stdout) => {
      const now = Number(stdout) * kilobyte;
      resolve(error || !Number.isFinite(now) ? undefined : { now, peak: now });
    });
  });
}

/** Bytes in whole megabytes, rounded up, as a REPORT line has them. */
export const toMegabytes = (bytes: number) => Math.ceil(bytes / megabyte);
