import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/**
 * Ends processes that an earlier platform on the same data left running, in case its warden was killed too.
 * @param file with the process ids that the earlier platform recorded
 * @param dataDirectory absolute; a process is ended only if it was started for it
 * @returns how many were ended
 */
export function endLeftovers(file: string, dataDirectory: string): number {
  if (!existsSync(file)) return 0;
  const pids = readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number);
  const left = pids.filter((pid) => startedFor(dataDirectory, pid));
  for (const pid of left) process.kill(pid, 'SIGKILL');
  return left.length;
}

/** Whether a process's command line or environment names the directory: the system reuses ids. */
function startedFor(dataDirectory: string, pid: number): boolean {
  try {
    return commandOf(pid).includes(dataDirectory);
  } catch {
    return false;
  }
}

function commandOf(pid: number): string {
  if (process.platform === 'linux') {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1') + readFileSync(`/proc/${pid}/environ`, 'latin1');
  }
  return execFileSync('ps', ['eww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
}
