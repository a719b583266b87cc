import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from '@nova/shared/run-main';
import type { Logger } from '../../../contracts.ts';
import { orDamaged } from '../../../process/database.ts';

/** A file that the platform writes after the engine's own: where it is, there were tables. */
const sibling = 'streams.db';
/** Bytes of a database that is rewritten at a start; a larger one would hold it up for seconds. */
const rewriteLimit = 256 * 1024 * 1024;
/** Milliseconds to wait for a process that has the file open. */
const lockLimitMs = 10_000;

/**
 * Checks the engine's database file, and rewrites it without what was deleted: the engine leaves the bytes of deleted items in
 * its pages, the keys of erased streams among them.
 * @returns the path, for the engine to open; it makes a new file
 * @throws UserError when the file is missing beside other data, or damaged
 */
export function engineDatabase(dataDirectory: string, logger: Logger): string {
  const path = join(dataDirectory, 'dynamodb.db');
  if (existsSync(path)) {
    orDamaged(path, () => rewrite(path, logger));
  } else if (existsSync(join(dataDirectory, sibling))) {
    throw new UserError(
      `${path} is missing, but other data is there. Put it back from a copy, set DYNAMODB_ENDPOINT if the tables are there, or start with empty data: \`DATA=.nova-2 make dev\`.`,
    );
  }
  return path;
}

function rewrite(path: string, logger: Logger): void {
  withDatabase(path, (database) => {
    if (statSync(path).size > rewriteLimit) {
      database.exec('SELECT count(*) FROM sqlite_master');
      logger.warn(
        `${path} exceeds 256 MB: it keeps the bytes of deleted items until the engine reuses them.`,
      );
      return;
    }
    // The log holds deleted bytes too: https://sqlite.org/wal.html.
    database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  });
}

/** Without this index the engine reads a table's whole stream to number each new record. */
export const indexStreams = (path: string) =>
  withDatabase(path, (database) =>
    database.exec(
      'CREATE INDEX IF NOT EXISTS nova_stream_seq ON _stream_records(table_name, CAST(sequence_number AS INTEGER))',
    ),
  );

function withDatabase(path: string, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(path, { timeout: lockLimitMs });
  try {
    work(database);
  } finally {
    database.close();
  }
}
