import { randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openDatabase } from '../../../process/database.ts';

/** An event that waits to run a function. */
export interface QueuedEvent {
  readonly id: number;
  /** The same on every attempt, as on AWS. */
  readonly requestId: string;
  readonly functionArn: string;
  /** The API key it belongs to; empty when it belongs to none. */
  readonly apiKey: string;
  /** JSON. */
  readonly payload: string;
  /** Milliseconds since the epoch. */
  readonly enqueuedAt: number;
  /** Attempts that ended in an error. */
  readonly failures: number;
}

type NewEvent = Pick<QueuedEvent, 'functionArn' | 'apiKey' | 'payload'>;

const schema = `
  CREATE TABLE IF NOT EXISTS invocations (
    id INTEGER PRIMARY KEY,
    requestId TEXT NOT NULL,
    functionArn TEXT NOT NULL,
    payload TEXT NOT NULL,
    enqueuedAt INTEGER NOT NULL,
    notBefore INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    apiKey TEXT NOT NULL DEFAULT ''
  ) STRICT;
  CREATE INDEX IF NOT EXISTS by_function ON invocations (functionArn, notBefore, id);
`;

/** Adds the column to a queue that was made before events had keys. */
function addKeyColumn(database: DatabaseSync): void {
  const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all('invocations');
  if (columns.some(({ name }) => name === 'apiKey')) return;
  database.exec("ALTER TABLE invocations ADD COLUMN apiKey TEXT NOT NULL DEFAULT ''");
}

/**
 * Lambda's queue of asynchronous invocations, on disk: an event stays there until it has succeeded or reached its
 * destination, whatever happens to the process in between.
 */
export class AsyncQueue {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #due: StatementSync;
  readonly #next: StatementSync;
  readonly #delay: StatementSync;
  readonly #postpone: StatementSync;
  readonly #delete: StatementSync;
  readonly #count: StatementSync;

  /** @param file of the database; `:memory:` keeps nothing */
  constructor(file: string) {
    this.#database = openDatabase(file, schema);
    addKeyColumn(this.#database);
    const prepare = (sql: string) => this.#database.prepare(sql);
    this.#insert = prepare(
      'INSERT INTO invocations (requestId, functionArn, apiKey, payload, enqueuedAt, notBefore) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#due = prepare(`
      WITH ranked AS (
        SELECT id, ROW_NUMBER() OVER (PARTITION BY apiKey ORDER BY notBefore, id) AS rank
        FROM invocations WHERE functionArn = ? AND notBefore <= ?
      )
      SELECT invocations.* FROM ranked JOIN invocations USING (id)
      WHERE rank <= ? ORDER BY rank, notBefore, id`);
    this.#next = prepare(
      'SELECT MIN(notBefore) AS at FROM invocations WHERE functionArn = ? AND notBefore > ?',
    );
    this.#delay = prepare('UPDATE invocations SET failures = failures + 1, notBefore = ? WHERE id = ?');
    this.#postpone = prepare('UPDATE invocations SET notBefore = ? WHERE id = ?');
    this.#delete = prepare('DELETE FROM invocations WHERE id = ?');
    this.#count = prepare('SELECT COUNT(*) AS count FROM invocations');
  }

  /** Adds an event; it is on disk when this returns. */
  add({ functionArn, apiKey, payload }: NewEvent, now: number): void {
    this.#insert.run(randomUUID(), functionArn, apiKey, payload, now, now);
  }

  /**
   * Events of a function that may run now: the oldest of each key, then the second oldest of each, and so on.
   * @param count events of one key
   */
  due(functionArn: string, now: number, count: number): QueuedEvent[] {
    return this.#due.all(functionArn, now, count) as unknown as QueuedEvent[];
  }

  /** When the next event after now becomes due; undefined when there is none. */
  nextDue(functionArn: string, now: number): number | undefined {
    return (this.#next.get(functionArn, now)?.at as number | null) ?? undefined;
  }

  /** Events that are not finished. */
  get size(): number {
    return Number(this.#count.get()?.count);
  }

  /** Counts a failed attempt and puts the next one off. */
  retry(id: number, notBefore: number): void {
    this.#delay.run(notBefore, id);
  }

  /** Puts an event off without counting a failure. */
  postpone(id: number, notBefore: number): void {
    this.#postpone.run(notBefore, id);
  }

  /** Removes an event that is finished. */
  remove(id: number): void {
    this.#delete.run(id);
  }

  close(): void {
    this.#database.close();
  }
}
