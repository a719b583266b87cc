import { type ChatRequest, type ChatStreamEvents, chatStreamEvents } from '@nova/shared/api/chat';
import { apiKeyHeader, idempotencyHeader } from '@nova/shared/routes';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { v7 as uuid } from 'uuid';
import { pause } from '../api/client.ts';
import { networkError, ProblemError, refusal } from '../api/problem.ts';
import type { ApiAccess } from '../connection/api-access.ts';
import { CliError } from '../errors.ts';

/** One event of an answer, by its name. */
export type AnswerEvent = {
  [K in keyof ChatStreamEvents]: { readonly event: K; readonly data: ChatStreamEvents[K] };
}[keyof ChatStreamEvents];

/** Milliseconds without a byte after which an answer is abandoned: the platform sends a sign of life every 10 s. */
const silenceMs = 60_000;
/** Milliseconds to wait for the platform to stop an answer. */
const stopMs = 3000;

/** Milliseconds between two polls of an answer that an earlier attempt still produces. */
const inProgressMs = 1000;

/**
 * Asks the agent and streams the events of its answer. When the connection breaks before the first event, the request is
 * sent once more, with the same idempotency key.
 * @param signal aborts the answer
 * @throws ProblemError, or CliError when the answer does not end as it should
 */
export async function* ask(
  access: ApiAccess,
  request: ChatRequest,
  signal: AbortSignal,
  pauseBeforeRetry = pause,
): AsyncGenerator<AnswerEvent> {
  const silence = new Silence(silenceMs);
  const either = AbortSignal.any([signal, silence.signal]);
  const key = uuid();
  let hasBegun = false;
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await open(access, request, key, either);
        for await (const event of answerEvents(response, silence)) {
          hasBegun = true;
          yield event;
        }
        return;
      } catch (error) {
        if (either.aborted) throw error;
        // The first attempt continues on the platform: its answer can be read once it is complete.
        if (isInProgress(error)) await pauseBeforeRetry(inProgressMs, either);
        else if (hasBegun || attempt > 1 || error instanceof CliError) throw networkError(error, access.url);
      }
    }
  } catch (error) {
    if (silence.signal.aborted && !signal.aborted) {
      throw new CliError('The platform sent nothing for a minute: ask again.');
    }
    throw error;
  } finally {
    silence.end();
  }
}

const isInProgress = (error: unknown) =>
  error instanceof ProblemError && error.problem.type === 'request-in-progress';

/** Stops an answer on the platform. Never throws: there is no remedy for a failure. */
export async function stopAnswer({ url, key }: ApiAccess, sessionId: string): Promise<void> {
  const request = { method: 'DELETE', headers: { [apiKeyHeader]: key }, signal: AbortSignal.timeout(stopMs) };
  await fetch(`${url}/sessions/${sessionId}/answer`, request).catch(() => undefined);
}

async function open(
  { url, key }: ApiAccess,
  request: ChatRequest,
  idempotencyKey: string,
  signal: AbortSignal,
): Promise<Response> {
  const response = await fetch(`${url}/agent/chat`, {
    method: 'POST',
    headers: {
      [apiKeyHeader]: key,
      [idempotencyHeader]: idempotencyKey,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
    body: JSON.stringify(request),
    signal,
  });
  if (response.ok && response.headers.get('content-type')?.startsWith('text/event-stream')) return response;
  throw await refusal(response);
}

async function* answerEvents(response: Response, silence: Silence): AsyncGenerator<AnswerEvent> {
  const alive = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      silence.reset();
      controller.enqueue(chunk);
    },
  });
  const events = response.body
    ?.pipeThrough(alive)
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { event = '', data } of unbroken(events)) {
    if (!Object.hasOwn(chatStreamEvents, event)) continue;
    const name = event as keyof ChatStreamEvents;
    const parsed = { event: name, data: chatStreamEvents[name].parse(JSON.parse(data)) } as AnswerEvent;
    if (parsed.event === 'error') throw new ProblemError(parsed.data);
    yield parsed;
    if (parsed.event === 'done') return;
  }
  throw new CliError('The answer broke off before its end: ask again.');
}

/** Turns a connection that breaks in the middle of the stream into an error for the user: the answer is incomplete. */
async function* unbroken<T>(events: AsyncIterable<T> | undefined): AsyncGenerator<T> {
  let hasBegun = false;
  try {
    for await (const event of events ?? []) {
      hasBegun = true;
      yield event;
    }
  } catch (error) {
    if (!hasBegun || (error as Error).name === 'AbortError') throw error;
    throw new CliError('The answer broke off before its end: ask again.', { cause: error });
  }
}

/** Aborts after a time without data. */
class Silence {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.#timer = setTimeout(() => this.#controller.abort(), ms);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  reset(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
