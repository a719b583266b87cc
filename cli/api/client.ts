import { setTimeout as sleep } from 'node:timers/promises';
import { apiKeyHeader, idempotencyHeader, retryAfterHeader } from '@nova/shared/routes';
import { v7 as uuid } from 'uuid';
import type * as z from 'zod';
import type { ApiAccess } from '../connection/api.ts';
import { foreign, networkFault, refusalIn } from './problem.ts';

type Method = 'GET' | 'POST' | 'DELETE';

/** Milliseconds an answer may take: the API's own 29 s and a little. */
const answerMs = 40_000;
/** Tries of a call that finds nobody, or somebody who is busy; the wait before another doubles. */
const triesMost = 5;
const firstWaitMs = 400;
/** Refusals that pass: another try may do better. */
const passing = new Set([429, 503]);

/** The API as commands use it: every call is bounded, and tried again when that is safe and may help. */
export class ApiClient {
  readonly access: ApiAccess;
  readonly #signal: AbortSignal;

  /** @param signal ends whatever is under way */
  constructor(access: ApiAccess, signal: AbortSignal) {
    this.access = access;
    this.#signal = signal;
  }

  /**
   * @param path below the stage: `/content`
   * @throws ProblemError, or CliError when the API cannot be reached or is none of Nova
   */
  async call<S extends z.ZodType>(
    method: Method,
    path: string,
    schema: S,
    body?: unknown,
  ): Promise<z.output<S>> {
    const response = await this.#tried(method, path, body);
    const parsed = schema.safeParse(await response.json().catch(() => undefined));
    if (!parsed.success) throw foreign(response);
    return parsed.data;
  }

  /** A call whose answer says nothing. */
  async tell(method: Method, path: string, body?: unknown): Promise<void> {
    await this.#tried(method, path, body);
  }

  async text(path: string): Promise<string> {
    return (await this.#tried('GET', path)).text();
  }

  async #tried(method: Method, path: string, body?: unknown): Promise<Response> {
    const key = uuid();
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.#once(method, path, key, body).catch((error: unknown) => error as Error);
      if (outcome instanceof Response && outcome.ok) return outcome;
      this.#signal.throwIfAborted();
      const wait = waitAfter(outcome, firstWaitMs * 2 ** (tries - 1));
      if (wait === undefined || tries >= triesMost) {
        throw outcome instanceof Response ? await refusalIn(outcome) : networkFault(outcome, this.access.url);
      }
      await sleep(wait, undefined, { signal: this.#signal });
    }
  }

  /** @returns the whole answer: a connection may break within it as well as before */
  async #once(method: Method, path: string, key: string, body: unknown): Promise<Response> {
    const response = await fetch(`${this.access.url}${path}`, {
      method,
      headers: {
        [apiKeyHeader]: this.access.key,
        ...(method === 'POST' ? { [idempotencyHeader]: key } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(answerMs)]),
    });
    return new Response((await response.text()) || null, response);
  }
}

/** Milliseconds to wait before another try; undefined when none helps. */
function waitAfter(outcome: Response | Error, usual: number): number | undefined {
  if (!(outcome instanceof Response)) return usual;
  // An earlier try of the same request is still at work.
  const isUnderWay = outcome.status === 409 && outcome.headers.has(retryAfterHeader);
  if (!passing.has(outcome.status) && !isUnderWay) return undefined;
  const seconds = Number(outcome.headers.get(retryAfterHeader));
  // A budget that resets at midnight is nothing to wait for.
  if (seconds > 60) return undefined;
  return seconds > 0 ? seconds * 1000 : usual;
}
