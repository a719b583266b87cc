import type { Throttle } from '../definition/usage-plans.ts';

/** API Gateway's throttle: a bucket of `burst` tokens that fills with `rate` a second; a request takes one. */
export class TokenBucket {
  readonly #throttle: Throttle;
  #tokens: number;
  #at: number;

  /** @param now seconds, of any clock that does not go back */
  constructor(throttle: Throttle, now: number) {
    this.#throttle = throttle;
    this.#tokens = throttle.burst;
    this.#at = now;
  }

  /** Takes a token; false when there is none. */
  take(now: number): boolean {
    const { rate, burst } = this.#throttle;
    this.#tokens = Math.min(burst, this.#tokens + Math.max(0, now - this.#at) * rate);
    this.#at = Math.max(now, this.#at);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
