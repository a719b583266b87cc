import { DomainError } from '../../domain/errors.ts';
import type { ObjectReader } from '../decoding/object-reader.ts';
import { unreadable } from '../decoding/unreadable.ts';

/** Bytes that may be read without finding sound. A recording of hours has tables of a few megabytes. */
const maxBytes = 64 * 1024 * 1024;

/** Bounds how much of a file is read between two packets of sound, so that no file is read for ever. */
export class ReadBudget {
  readonly #most: number;
  #spent = 0;

  /** @param beyond bytes that are read once more, to find the end of a file that has no tables */
  constructor(beyond = 0) {
    this.#most = maxBytes + beyond;
  }

  /** @throws DomainError `unsupported-media` when too much was read without finding sound */
  spend(bytes: number): void {
    this.#spent += bytes;
    if (this.#spent > this.#most) {
      throw unreadable(
        `there is no sound in ${this.#most} bytes of it. Check that it plays, and upload it again.`,
      );
    }
  }

  /** Sound was found. */
  reset(): void {
    this.#spent = 0;
  }
}

/**
 * The error to throw for a failure to read a file. S3's own errors stay as they are; all others are faults of the file. A library's message is
 * the cause only: it would mean nothing to the caller.
 */
export function asUnreadable(error: unknown, object: ObjectReader): unknown {
  if (object.failure) return object.failure.error;
  if (error instanceof DomainError) return error;
  return unreadable('its container cannot be read. Check that it plays, and upload it again.', error);
}
