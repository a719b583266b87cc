import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { openDatabase } from '../../process/database.ts';

/** What a schedule invokes, and as whom. */
export const Target = z.strictObject({
  Arn: z.string(),
  RoleArn: z.string(),
  Input: z.string().optional(),
  RetryPolicy: z
    .strictObject({ MaximumEventAgeInSeconds: z.int().optional(), MaximumRetryAttempts: z.int().optional() })
    .optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
});

/** A schedule, as it was created. */
export const Schedule = z.object({
  group: z.string(),
  name: z.string(),
  expression: z.string(),
  description: z.string().optional(),
  deletesItself: z.boolean(),
  target: Target,
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  /** When it is due: milliseconds since the epoch. */
  at: z.number(),
});
export type Schedule = z.infer<typeof Schedule>;

const table = `
  CREATE TABLE IF NOT EXISTS schedules (
    scheduleGroup TEXT NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,
    schedule TEXT NOT NULL,
    PRIMARY KEY (scheduleGroup, name)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS by_time ON schedules (done, at);
`;

const Row = z.object({ schedule: z.string() });
const schedulesIn = (rows: unknown[]) =>
  rows.map((row) => Schedule.parse(JSON.parse(Row.parse(row).schedule)));

/** Schedules, on disk. */
export class ScheduleStore {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = openDatabase(path, table);
  }

  /** @returns whether there was none of this name */
  add(schedule: Schedule): boolean {
    const { group, name, at } = schedule;
    const { changes } = this.#database
      .prepare(
        'INSERT INTO schedules (scheduleGroup, name, at, schedule) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      )
      .run(group, name, at, JSON.stringify(schedule));
    return Number(changes) > 0;
  }

  find(group: string, name: string): Schedule | undefined {
    const sql = 'SELECT schedule FROM schedules WHERE scheduleGroup = ? AND name = ?';
    return schedulesIn(this.#database.prepare(sql).all(group, name))[0];
  }

  /** All schedules by group and name, of one group or all. */
  list(group: string | undefined): Schedule[] {
    const all = schedulesIn(
      this.#database.prepare('SELECT schedule FROM schedules ORDER BY scheduleGroup, name').all(),
    );
    return all.filter((schedule) => group === undefined || schedule.group === group);
  }

  /** Schedules that are due and were not invoked, the earliest first. */
  due(now: number): Schedule[] {
    const sql = 'SELECT schedule FROM schedules WHERE done = 0 AND at <= ? ORDER BY at';
    return schedulesIn(this.#database.prepare(sql).all(now));
  }

  /** When the next schedule is due; undefined when there is none. */
  nextDue(): number | undefined {
    const row = this.#database.prepare('SELECT MIN(at) AS at FROM schedules WHERE done = 0').get();
    return (row?.at as number | null) ?? undefined;
  }

  /** Marks a schedule as invoked. */
  finish(group: string, name: string): void {
    this.#database
      .prepare('UPDATE schedules SET done = 1 WHERE scheduleGroup = ? AND name = ?')
      .run(group, name);
  }

  /** @returns whether there was one */
  delete(group: string, name: string): boolean {
    const sql = 'DELETE FROM schedules WHERE scheduleGroup = ? AND name = ?';
    return Number(this.#database.prepare(sql).run(group, name).changes) > 0;
  }

  close(): void {
    this.#database.close();
  }
}
