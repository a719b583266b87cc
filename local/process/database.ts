import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from '@nova/shared/run-main';

/**
 * Opens a database of the data directory, made on first use. What a statement or transaction has written is on disk
 * when it returns; what it has deleted is overwritten.
 * @param path `:memory:` keeps nothing
 * @param schema `CREATE TABLE IF NOT EXISTS …`
 * @throws UserError when the file is no database, or a damaged one
 */
export function openDatabase(path: string, schema: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  return orDamaged(path, () => {
    const database = new DatabaseSync(path);
    try {
      database.exec('PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      database.exec(schema);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** SQLite's codes of a damaged file: https://sqlite.org/rescode.html, SQLITE_CORRUPT and SQLITE_NOTADB. */
const damagedCodes = [11, 26];

/**
 * Does something with a database file.
 * @param remedy as for {@link damaged}
 * @throws UserError naming the file and the remedy when it is damaged; else the error of `work`
 */
export function orDamaged<T>(path: string, work: () => T, remedy?: string): T {
  try {
    return work();
  } catch (error) {
    // The low byte of an extended code is the code.
    const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
    if (!damagedCodes.includes(code)) throw error;
    throw damaged(path, (error as Error).message, error, remedy);
  }
}

/** The remedy for a file that holds data. */
const restore = 'Put it back from a copy, or start with empty data: `DATA=.nova-2 make dev`.';

/**
 * The error of a file in the data directory that cannot be read.
 * @param how the fault, without a full stop
 * @param remedy a sentence; by default that of a file that holds data
 */
export const damaged = (path: string, how: string, cause?: unknown, remedy = restore) =>
  new UserError(`${path} is damaged (${how}). ${remedy}`, { cause });

/** Runs work as one transaction: all of it is on disk when this returns, or none. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
