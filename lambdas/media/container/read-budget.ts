import { DomainError } from '../../domain/errors.ts';
import { notReadable } from '../decoding/unreadable.ts';
import type { WatchedObject } from '../decoding/object-reader.ts';

/** Bytes that may be read without anything coming of it. A recording of hours has tables of a few megabytes. */
const fruitlessMost = 64 * 1024 * 1024;

/** Keeps a file from having itself read for ever: counts what is read between two things that came of it. */
export class Effort {
  #spent = 0;

  /** @throws DomainError `unsupported-media` when too much was read in vain */
  spend(bytes: number): void {
    this.#spent += bytes;
    if (this.#spent > fruitlessMost) {
      throw notReadable('it goes on and on without any sound. Check that it plays, and upload it again.');
    }
  }

  /** Something came of it. */
  renew(): void {
    this.#spent = 0;
  }
}

/**
 * What an error in reading a file means: S3's own errors stay as they are, for they are no fault of the file; all others
 * are.
 */
export function refusalOf(error: unknown, object: WatchedObject): unknown {
  if (object.lost) return object.lost.error;
  if (error instanceof DomainError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return notReadable(
    `its container cannot be read (${reason}). Check that it plays, and upload it again.`,
    error,
  );
}
