import { setTimeout as sleep } from 'node:timers/promises';
import { type ChatRequest, type ChatStreamEvents, chatStreamEvents } from '@nova/shared/api/chat';
import { apiKeyHeader, idempotencyHeader } from '@nova/shared/routes';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { v7 as uuid } from 'uuid';
import { networkFault, ProblemError, refusalIn } from '../api/problem.ts';
import type { ApiAccess } from '../connection/api.ts';
import { CliError } from '../errors.ts';

/** One event of an answer, by its name. */
export type AnswerEvent = {
  [K in keyof ChatStreamEvents]: { readonly event: K; readonly data: ChatStreamEvents[K] };
}[keyof ChatStreamEvents];

/** Milliseconds without a byte after which an answer is given up: signs of life come each ten seconds. */
const silenceMs = 60_000;
/** Milliseconds that telling the platform to stop may take. */
const stopMs = 3000;

/** Milliseconds before another look at an answer that an earlier try is still making. */
const underWayMs = 1000;

/**
 * Asks the agent, and gives the events of its answer as they come. A connection that breaks before the first of them is
 * tried once more: the request's key sees to it that nothing is done twice.
 * @param signal ends it
 * @throws ProblemError, or CliError when the answer does not end as it should
 */
export async function* ask(
  access: ApiAccess,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent> {
  const silence = new Silence(silenceMs);
  const either = AbortSignal.any([signal, silence.signal]);
  const key = uuid();
  let begun = false;
  try {
    for (let tries = 1; ; tries += 1) {
      try {
        const response = await open(access, request, key, either);
        for await (const event of eventsOf(response, silence)) {
          begun = true;
          yield event;
        }
        return;
      } catch (error) {
        if (either.aborted) throw error;
        // The first try goes on without us: its answer is there for the asking.
        if (isUnderWay(error)) await sleep(underWayMs, undefined, { signal: either });
        else if (begun || tries > 1 || error instanceof CliError) throw networkFault(error, access.url);
      }
    }
  } catch (error) {
    if (silence.signal.aborted && !signal.aborted) {
      throw new CliError('The platform fell silent for a minute; ask again.');
    }
    throw error;
  } finally {
    silence.end();
  }
}

const isUnderWay = (error: unknown) =>
  error instanceof ProblemError && error.problem.type === 'request-in-progress';

/** Tells the platform that an answer is not wanted any more. Never throws: there is nothing more one could do. */
export async function stop({ url, key }: ApiAccess, sessionId: string): Promise<void> {
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
  throw await refusalIn(response);
}

async function* eventsOf(response: Response, silence: Silence): AsyncGenerator<AnswerEvent> {
  const alive = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      silence.broken();
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
  throw new CliError('The answer broke off before its end; ask again.');
}

/** A stream that breaks has no end: what there was of it stands, and the answer is not whole. */
async function* unbroken<T>(events: AsyncIterable<T> | undefined): AsyncGenerator<T> {
  let some = false;
  try {
    for await (const event of events ?? []) {
      some = true;
      yield event;
    }
  } catch (error) {
    if (!some || (error as Error).name === 'AbortError') throw error;
    throw new CliError('The answer broke off before its end; ask again.', { cause: error });
  }
}

/** Aborts when nothing came for a while. */
class Silence {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.#timer = setTimeout(() => this.#controller.abort(), ms);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  broken(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
