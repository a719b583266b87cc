import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase, transaction } from '../../process/database.ts';
import type { Queue } from './queues.ts';

export interface Message {
  readonly messageId: string;
  readonly body: string;
  /** JSON of the message's own attributes. */
  readonly attributes: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  readonly receives: number;
  readonly receiptHandle: string;
}

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

const schema = `
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    messageId TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    sentAt INTEGER NOT NULL,
    visibleAt INTEGER NOT NULL,
    firstReceivedAt INTEGER,
    receives INTEGER NOT NULL DEFAULT 0,
    receipt TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS by_queue ON messages (queue, visibleAt);
`;

/** Messages on disk, of all queues. A message exists from the moment it is sent until it is deleted or too old. */
export class MessageStore {
  readonly #database: DatabaseSync;
  readonly #now: () => number;

  constructor(path: string, now: () => number) {
    this.#database = openDatabase(path, schema);
    this.#now = now;
  }

  /** @returns the message's id */
  send({ arn }: Queue, body: string, attributes: string, delay: number): string {
    const messageId = randomUUID();
    const now = this.#now();
    this.#database
      .prepare(
        'INSERT INTO messages (queue, messageId, body, attributes, sentAt, visibleAt) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(arn, messageId, body, attributes, now, now + delay);
    return messageId;
  }

  /** Takes messages, oldest first, and hides them for a while. */
  receive(queue: Queue, max: number, visibilityTimeout: number): Message[] {
    const now = this.#now();
    return transaction(this.#database, () => {
      this.#expire(queue);
      this.#redrive(queue, now);
      const rows = this.#database
        .prepare('SELECT id FROM messages WHERE queue = ? AND visibleAt <= ? ORDER BY visibleAt, id LIMIT ?')
        .all(queue.arn, now, max);
      const take = this.#database.prepare(
        `UPDATE messages SET visibleAt = ?, receipt = ?, receives = receives + 1,
          firstReceivedAt = COALESCE(firstReceivedAt, ?) WHERE id = ? RETURNING *`,
      );
      return rows.flatMap(({ id }) => {
        const row = take.get(now + visibilityTimeout, randomUUID(), now, Number(id));
        return row ? [messageOf(row)] : [];
      });
    });
  }

  /** Deletes a message by the handle of its last receive; a handle of an earlier one does nothing. */
  delete({ arn }: Queue, { messageId, receipt }: Receipt): void {
    this.#database
      .prepare('DELETE FROM messages WHERE queue = ? AND messageId = ? AND receipt = ?')
      .run(arn, messageId, receipt);
  }

  /** @returns whether the message is in flight under this handle */
  changeVisibility({ arn }: Queue, { messageId, receipt }: Receipt, timeout: number): boolean {
    const now = this.#now();
    const { changes } = this.#database
      .prepare(
        'UPDATE messages SET visibleAt = ? WHERE queue = ? AND messageId = ? AND receipt = ? AND visibleAt > ?',
      )
      .run(now + timeout, arn, messageId, receipt, now);
    return Number(changes) > 0;
  }

  purge({ arn }: Queue): void {
    this.#database.prepare('DELETE FROM messages WHERE queue = ?').run(arn);
  }

  counts(queue: Queue): QueueCounts {
    this.#expire(queue);
    const now = this.#now();
    const row = this.#database
      .prepare(
        `SELECT COUNT(*) FILTER (WHERE visibleAt <= :now) AS visible,
          COUNT(*) FILTER (WHERE visibleAt > :now AND receives > 0) AS inFlight,
          COUNT(*) FILTER (WHERE visibleAt > :now AND receives = 0) AS delayed
        FROM messages WHERE queue = :queue`,
      )
      .get({ ':now': now, ':queue': queue.arn });
    return {
      visible: Number(row?.visible),
      inFlight: Number(row?.inFlight),
      delayed: Number(row?.delayed),
    };
  }

  close(): void {
    this.#database.close();
  }

  #expire({ arn, retention }: Queue): void {
    this.#database
      .prepare('DELETE FROM messages WHERE queue = ? AND sentAt <= ?')
      .run(arn, this.#now() - retention);
  }

  /** Moves messages that were received too often to the dead letter queue. */
  #redrive({ arn, redrive }: Queue, now: number): void {
    if (!redrive) return;
    this.#database
      .prepare(
        'UPDATE messages SET queue = ?, receipt = NULL WHERE queue = ? AND visibleAt <= ? AND receives >= ?',
      )
      .run(redrive.deadLetterArn, arn, now, redrive.maxReceives);
  }
}

export interface Receipt {
  readonly messageId: string;
  readonly receipt: string;
}

/** @returns undefined for a text that is not a receipt handle */
export function readReceipt(handle: string | undefined): Receipt | undefined {
  const [messageId, receipt, ...rest] = Buffer.from(handle ?? '', 'base64url')
    .toString()
    .split(' ');
  return messageId && receipt && rest.length === 0 ? { messageId, receipt } : undefined;
}

const messageOf = (row: Readonly<Record<string, unknown>>): Message => ({
  messageId: String(row.messageId),
  body: String(row.body),
  attributes: String(row.attributes),
  sentAt: Number(row.sentAt),
  firstReceivedAt: Number(row.firstReceivedAt),
  receives: Number(row.receives),
  receiptHandle: Buffer.from(`${row.messageId} ${row.receipt}`).toString('base64url'),
});
