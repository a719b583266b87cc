import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const inMemory = '/dev/shm';
/** Bytes that must be free there: more than all tests need at once. */
const enough = 4 * 1024 ** 3;

/**
 * The folder for temporary files of tests that run the platform. It is in memory where Linux has room for it: the platform's databases
 * sync each transaction, and a disk takes longer for that than the rest of a test. `TMPDIR` names another.
 */
export function temporaryFolder(): string {
  if (process.env.TMPDIR) return tmpdir();
  return freeBytes(inMemory) >= enough ? inMemory : tmpdir();
}

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return Math.min(bavail * bsize, process.availableMemory());
  } catch {
    return 0;
  }
}
