import { setTimeout as sleep } from 'node:timers/promises';

/** Timers are coarse: shorter waits are combined. */
const minWaitMs = 10;

/** Limits the rate at which audio is sent. */
export class Pace {
  readonly #pace: number;
  readonly #signal: AbortSignal;
  readonly #started = performance.now();
  #sent = 0;

  /** @param pace seconds of audio a second; 0 for no limit */
  constructor(pace: number, signal: AbortSignal) {
    this.#pace = pace;
    this.#signal = signal;
  }

  /** Waits until the audio sent so far has taken its time. */
  async sent(seconds: number): Promise<void> {
    this.#sent += seconds;
    if (this.#pace === 0) return;
    const wait = this.#started + (this.#sent / this.#pace) * 1000 - performance.now();
    if (wait >= minWaitMs) await sleep(wait, undefined, { signal: this.#signal });
  }
}
