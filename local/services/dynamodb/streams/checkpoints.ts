import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openDatabase } from '../../../process/database.ts';

const schema = `CREATE TABLE IF NOT EXISTS checkpoints (
  mapping TEXT NOT NULL, shard TEXT NOT NULL, sequenceNumber TEXT NOT NULL, PRIMARY KEY (mapping, shard)
) STRICT`;

/** The position of each mapping in each shard, on disk. */
export class Checkpoints {
  readonly #database: DatabaseSync;
  readonly #read: StatementSync;
  readonly #write: StatementSync;

  /** @param file of the database; `:memory:` keeps nothing */
  constructor(file: string) {
    this.#database = openDatabase(file, schema);
    this.#read = this.#database.prepare(
      'SELECT sequenceNumber FROM checkpoints WHERE mapping = ? AND shard = ?',
    );
    this.#write = this.#database.prepare('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?)');
  }

  /** The last record that is done; undefined when there is none. */
  read(mapping: string, shard: string): string | undefined {
    return this.#read.get(mapping, shard)?.sequenceNumber as string | undefined;
  }

  write(mapping: string, shard: string, sequenceNumber: string): void {
    this.#write.run(mapping, shard, sequenceNumber);
  }

  close(): void {
    this.#database.close();
  }
}
