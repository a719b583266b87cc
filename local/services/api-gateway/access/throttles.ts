import type { ApiDefinition } from '../definition/api.ts';
import type { ApiKey, Throttle, UsagePlan } from '../definition/usage-plans.ts';

/** A request, as throttles see it. */
export interface ThrottledRequest {
  readonly key: ApiKey | undefined;
  readonly plan: UsagePlan | undefined;
  /** `/content/{id}` */
  readonly resourcePath: string;
  readonly httpMethod: string;
}

/** All throttles a request must pass: those of its key's plan, then those of the stage. */
export class Throttles {
  readonly #stage: ReadonlyMap<string, Throttle>;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #now: () => number;

  /** @param now seconds */
  constructor(api: ApiDefinition, now: () => number = () => performance.now() / 1000) {
    this.#stage = api.throttles;
    this.#now = now;
  }

  /** Whether the request passes; it uses a token of each throttle that it passed. */
  admit({ key, plan, resourcePath, httpMethod }: ThrottledRequest): boolean {
    const method = `${resourcePath}/${httpMethod}`;
    const ofMethod = plan?.methodThrottles.get(method);
    if (ofMethod && !this.#take(`${key?.id} ${method}`, ofMethod)) return false;
    if (plan?.throttle && !this.#take(`${key?.id}`, plan.throttle)) return false;
    // Stage settings name a path without its first slash.
    const name = method.slice(1);
    const own = this.#stage.get(name);
    const shared = this.#stage.get('*/*');
    if (own) return this.#take(`stage ${name}`, own);
    return shared ? this.#take('stage', shared) : true;
  }

  #take(name: string, throttle: Throttle): boolean {
    const bucket = this.#buckets.get(name) ?? new TokenBucket(throttle, this.#now());
    this.#buckets.set(name, bucket);
    return bucket.take(this.#now());
  }
}

/** API Gateway's throttle: a bucket of `burst` tokens that fills with `rate` a second; a request takes one. */
export class TokenBucket {
  readonly #throttle: Throttle;
  #tokens: number;
  #at: number;

  /** @param now seconds of a monotonic clock */
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
