import { setTimeout as sleep } from 'node:timers/promises';
import type { ProblemType } from '@nova/shared/problems';
import { apiKeyHeader, idempotencyHeader, retryAfterHeader } from '@nova/shared/routes';
import { v7 as uuid } from 'uuid';
import type * as z from 'zod';
import type { ApiAccess } from '../connection/api-access.ts';
import { networkError, notNova, ProblemError, refusal } from './problem.ts';

type Method = 'GET' | 'POST' | 'DELETE';

/** Waits before a retry, or until the signal aborts. Tests pass one that does not wait. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<unknown>;

export const pause: Pause = (milliseconds, signal) => sleep(milliseconds, undefined, { signal });

/** Milliseconds to wait for a response: the API's own limit of 29 s and a margin. */
const responseMs = 40_000;
/** Attempts of a call that finds no server or a busy one; the wait doubles with each. */
const maxAttempts = 5;
const firstWaitMs = 400;
/** A retry does not wait longer than this. */
const longestRetryAfterSeconds = 60;
/** Temporary refusals: 429 Too Many Requests and 503 Service Unavailable. */
const temporary = new Set([429, 503]);

/** The API for commands: every call has a time limit, and is retried when that is safe and may help. */
export class ApiClient {
  readonly access: ApiAccess;
  readonly #signal: AbortSignal;
  readonly #pause: Pause;

  /** @param signal aborts every call */
  constructor(access: ApiAccess, signal: AbortSignal, pauseBeforeRetry = pause) {
    this.access = access;
    this.#signal = signal;
    this.#pause = pauseBeforeRetry;
  }

  /**
   * @param path below the stage: `/content`
   * @throws ProblemError, or CliError when the API cannot be reached or is not Nova's
   */
  async call<S extends z.ZodType>(
    method: Method,
    path: string,
    schema: S,
    body?: unknown,
  ): Promise<z.output<S>> {
    const response = await this.#fetchWithRetries(method, path, body);
    const parsed = schema.safeParse(await response.json().catch(() => undefined));
    if (!parsed.success) throw notNova(response);
    return parsed.data;
  }

  /** A call with an empty response. */
  async send(method: Method, path: string, body?: unknown): Promise<void> {
    await this.#fetchWithRetries(method, path, body);
  }

  async text(path: string): Promise<string> {
    return (await this.#fetchWithRetries('GET', path)).text();
  }

  async #fetchWithRetries(method: Method, path: string, body?: unknown): Promise<Response> {
    const key = uuid();
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#fetch(method, path, key, body).catch((error: unknown) => error as Error);
      if (outcome instanceof Response && outcome.ok) return outcome;
      this.#signal.throwIfAborted();
      const error =
        outcome instanceof Response ? await refusal(outcome) : networkError(outcome, this.access.url);
      const wait = isSpent(error) ? undefined : waitBeforeRetry(outcome, firstWaitMs * 2 ** (attempt - 1));
      if (wait === undefined || attempt >= maxAttempts) throw error;
      await this.#pause(wait, this.#signal);
    }
  }

  /** @returns the complete response: a connection may break in its body too */
  async #fetch(method: Method, path: string, key: string, body: unknown): Promise<Response> {
    const response = await fetch(`${this.access.url}${path}`, {
      method,
      headers: {
        [apiKeyHeader]: this.access.key,
        ...(method === 'POST' ? { [idempotencyHeader]: key } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(responseMs)]),
    });
    return new Response((await response.text()) || null, response);
  }
}

/** Whether the key has used its tokens of the day, so that no retry helps before the next one. */
const isSpent = (error: unknown): boolean =>
  error instanceof ProblemError && error.problem.type === ('budget-exhausted' satisfies ProblemType);

/** Milliseconds to wait before a retry; undefined when a retry does not help. */
function waitBeforeRetry(outcome: Response | Error, usual: number): number | undefined {
  if (!(outcome instanceof Response)) return usual;
  // An earlier attempt of the same request is still in progress.
  const isInProgress = outcome.status === 409 && outcome.headers.has(retryAfterHeader);
  if (!temporary.has(outcome.status) && !isInProgress) return undefined;
  const seconds = Number(outcome.headers.get(retryAfterHeader));
  if (seconds > longestRetryAfterSeconds) return undefined;
  return seconds > 0 ? seconds * 1000 : usual;
}
