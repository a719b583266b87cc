import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { openDatabase } from '../../process/database.ts';

/** A transcription job as requested, and its status. */
export interface Job {
  readonly name: string;
  readonly mediaUri: string;
  readonly mediaFormat: string;
  /** Absent where the request wants it identified. */
  readonly language: string | undefined;
  /** Transcribes each of two channels by itself. */
  readonly byChannel?: true;
  readonly bucket: string;
  readonly key: string;
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly reason: string | undefined;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

const schema = 'CREATE TABLE IF NOT EXISTS jobs (name TEXT PRIMARY KEY, job TEXT NOT NULL)';

const Row = z.object({ job: z.string() });

/** Transcription jobs, on disk. */
export class JobStore {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = openDatabase(path, schema);
  }

  find(name: string): Job | undefined {
    const row = this.#database.prepare('SELECT job FROM jobs WHERE name = ?').get(name);
    return row ? (JSON.parse(Row.parse(row).job) as Job) : undefined;
  }

  put(job: Job): void {
    this.#database
      .prepare('INSERT INTO jobs VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET job = excluded.job')
      .run(job.name, JSON.stringify(job));
  }

  delete(name: string): void {
    this.#database.prepare('DELETE FROM jobs WHERE name = ?').run(name);
  }

  /** Jobs that a restart interrupted. */
  unfinished(): Job[] {
    const rows = this.#database.prepare('SELECT job FROM jobs').all();
    const jobs = rows.map((row) => JSON.parse(Row.parse(row).job) as Job);
    return jobs.filter(({ status }) => status === 'IN_PROGRESS');
  }

  close(): void {
    this.#database.close();
  }
}
