import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../../process/database.ts';
import type { Archive } from './buses.ts';
import type { BusEvent } from './event.ts';

export interface ArchivedEvent {
  /** Grows with the order events came in. */
  readonly position: number;
  readonly event: BusEvent;
}

const schema = `
  CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY,
    archive TEXT NOT NULL,
    time INTEGER NOT NULL,
    event TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS by_time ON events (archive, time, position);
`;

const day = 24 * 3600 * 1000;

/** Events that archives keep. */
export class ArchiveStore {
  readonly database: DatabaseSync;
  readonly #now: () => number;

  constructor(path: string, now: () => number) {
    this.database = openDatabase(path, schema);
    this.#now = now;
  }

  /** Keeps an event, on disk when this returns. */
  add({ arn }: Archive, event: BusEvent): void {
    this.database
      .prepare('INSERT INTO events (archive, time, event) VALUES (?, ?, ?)')
      .run(arn, Date.parse(event.time), JSON.stringify(event));
  }

  /** Deletes events that are older than the archive's retention. */
  expire({ arn, retentionDays }: Archive): void {
    if (retentionDays === 0) return;
    const oldest = this.#now() - retentionDays * day;
    this.database.prepare('DELETE FROM events WHERE archive = ? AND time < ?').run(arn, oldest);
  }

  /**
   * Events of a span of time in order of time, those after a given one.
   * @param from milliseconds since the epoch
   * @param to the same, not included
   */
  read(
    { arn }: Archive,
    from: number,
    to: number,
    after: ArchivePosition | undefined,
    limit: number,
  ): ArchivedEvent[] {
    const rows = this.database
      .prepare(
        `SELECT position, event FROM events WHERE archive = ? AND time >= ? AND time < ?
          AND (time, position) > (?, ?) ORDER BY time, position LIMIT ?`,
      )
      .all(arn, from, to, after?.time ?? -1, after?.position ?? -1, limit);
    return rows.map(({ position, event }) => ({
      position: Number(position),
      event: JSON.parse(String(event)) as BusEvent,
    }));
  }

  /** Number of events and bytes of them. */
  size({ arn }: Archive): { readonly events: number; readonly bytes: number } {
    const row = this.database
      .prepare(
        'SELECT COUNT(*) AS events, COALESCE(SUM(LENGTH(event)), 0) AS bytes FROM events WHERE archive = ?',
      )
      .get(arn);
    return { events: Number(row?.events), bytes: Number(row?.bytes) };
  }

  close(): void {
    this.database.close();
  }
}

/** The place of an event in an archive. */
export interface ArchivePosition {
  readonly time: number;
  readonly position: number;
}
