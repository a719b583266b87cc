import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openDatabase } from '../../../process/database.ts';
import type { Quota } from '../definition/usage-plans.ts';

const schema = `CREATE TABLE IF NOT EXISTS usage (
  keyId TEXT NOT NULL, period TEXT NOT NULL, requests INTEGER NOT NULL, PRIMARY KEY (keyId, period)
) STRICT`;

/** Requests each key has made in each period, on disk. */
export class Quotas {
  readonly #database: DatabaseSync;
  readonly #count: StatementSync;

  /** @param file of the database; `:memory:` keeps nothing */
  constructor(file: string) {
    this.#database = openDatabase(file, schema);
    this.#count = this.#database.prepare(
      `INSERT INTO usage VALUES (?, ?, 1)
       ON CONFLICT DO UPDATE SET requests = requests + 1 RETURNING requests`,
    );
  }

  /** Counts a request; false when the key has used up its plan's quota. */
  admit(keyId: string, quota: Quota | undefined, now: Date = new Date()): boolean {
    if (!quota) return true;
    const requests = Number(this.#count.get(keyId, periodOf(quota.period, now))?.requests);
    return requests <= quota.limit - quota.offset;
  }

  close(): void {
    this.#database.close();
  }
}

/** Name of the period of a moment, in UTC; a week starts on Sunday, as in usage plans. */
export function periodOf(period: Quota['period'], now: Date): string {
  const day = now.toISOString().slice(0, 10);
  if (period === 'DAY') return day;
  if (period === 'MONTH') return day.slice(0, 7);
  const sunday = new Date(now.getTime() - now.getUTCDay() * 86_400_000);
  return `week of ${sunday.toISOString().slice(0, 10)}`;
}
