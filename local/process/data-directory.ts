import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from '@nova/shared/run-main';
import { orDamaged } from './database.ts';

/** The data directory, held by this process alone. */
export interface DataDirectory {
  readonly path: string;
  release(): void;
}

/** Keeps the locks from the garbage collector, which would close them. */
const locks = new Set<DatabaseSync>();

/**
 * Locks a data directory for this process. The lock is SQLite's: the operating system drops it when the process ends,
 * however it ends, so there is no stale lock to clear.
 * @throws UserError when another platform has the directory, it cannot be written to, or its lock is damaged
 */
export function holdDataDirectory(path: string): DataDirectory {
  makeDirectory(path);
  const holder = join(path, 'platform.pid');
  const lockFile = join(path, 'lock.db');
  const lock = new DatabaseSync(lockFile, { timeout: 0 });
  try {
    orDamaged(lockFile, () => lock.exec('BEGIN EXCLUSIVE'), 'Delete it: it holds no data.');
  } catch (error) {
    lock.close();
    if (error instanceof UserError) throw error;
    const pid = existsSync(holder) ? ` (process ${readFileSync(holder, 'utf8').trim()})` : '';
    throw new UserError(
      `Another Nova runs on ${path}${pid}. Stop it, or give this one its own data: \`DATA=.nova-2 PORT=4011 make dev\`.`,
      { cause: error },
    );
  }
  locks.add(lock);
  writeFileSync(holder, `${process.pid}\n`);
  return {
    path,
    release() {
      locks.delete(lock);
      lock.close();
    },
  };
}

/** One level at a time: Node's recursive mkdir never returns where the kernel allows no directories, as in /proc. */
function makeDirectory(path: string): void {
  const missing: string[] = [];
  for (let at = path; !existsSync(at); at = dirname(at)) missing.unshift(at);
  try {
    for (const directory of missing) mkdirSync(directory);
    accessSync(path, constants.W_OK);
    if (!statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    // Nobody else on the machine may read what users have said and uploaded.
    chmodSync(path, 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `DATA: ${path} cannot be used (${code}). Choose a writable directory: \`DATA=.nova-2 make dev\`.`,
      { cause: error },
    );
  }
}
