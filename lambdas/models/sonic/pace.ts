import { setTimeout as sleep } from 'node:timers/promises';

/** Timers are coarse: waits shorter than this are put together. */
const leastWaitMs = 10;

/** Sends audio no faster than it should go. */
export class Pace {
  readonly #pace: number;
  readonly #signal: AbortSignal;
  readonly #started = performance.now();
  #sent = 0;

  /** @param pace seconds of audio a second; 0 does not hold back at all */
  constructor(pace: number, signal: AbortSignal) {
    this.#pace = pace;
    this.#signal = signal;
  }

  /** Waits until what was sent so far has had its time. */
  async sent(seconds: number): Promise<void> {
    this.#sent += seconds;
    if (this.#pace === 0) return;
    const wait = this.#started + (this.#sent / this.#pace) * 1000 - performance.now();
    if (wait >= leastWaitMs) await sleep(wait, undefined, { signal: this.#signal });
  }
}
