import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';

/** Bytes of a log before it is moved to `<name>.1`, in place of the one before it. */
const rotateBytes = 10 * 1024 * 1024;

/** A log file that never takes more than twice its limit. Lines that cannot be written are lost; the platform continues. */
export class LogFile {
  readonly path: string;
  readonly #limit: number;
  #descriptor: number;
  #bytes: number;
  /** Whether the last line could not be written. */
  #failing = false;
  readonly #warn: (message: string) => void;

  /**
   * @param warn called when lines begin to be lost, as on a full disk
   * @param limit bytes before it is rotated
   */
  constructor(path: string, warn: (message: string) => void, limit = rotateBytes) {
    mkdirSync(dirname(path), { recursive: true });
    this.path = path;
    this.#limit = limit;
    this.#warn = warn;
    this.#descriptor = openSync(path, 'a');
    this.#bytes = fstatSync(this.#descriptor).size;
  }

  /** Appends one line; a line break is added. */
  line(text: string): void {
    if (this.#descriptor < 0) return;
    try {
      if (this.#bytes >= this.#limit) this.#rotate();
      this.#bytes += writeSync(this.#descriptor, `${text}\n`);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#warn(`${this.path} loses lines: ${(error as Error).message}.`);
      this.#failing = true;
    }
  }

  /** Appends the output of a process, line by line, so that lines of two processes never mix. */
  follow(output: Readable): void {
    let rest = '';
    output.setEncoding('utf8');
    output.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.line(line);
    });
    output.on('end', () => {
      if (rest) this.line(rest);
    });
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  #rotate(): void {
    renameSync(this.path, `${this.path}.1`);
    const full = this.#descriptor;
    // Where this fails, lines go on into the full file.
    this.#descriptor = openSync(this.path, 'a');
    this.#bytes = 0;
    closeSync(full);
  }
}
