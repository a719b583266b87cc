import type { Writable } from 'node:stream';
import type { ChatResponse } from '@nova/shared/api/chat';
import { limits } from '@nova/shared/limits';
import { correlationHeader } from '@nova/shared/routes';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type { EventStore } from '../../../event-store/store.ts';
import { failure, receive, reportedProblem, success } from '../../../http/api.ts';
import type { Idempotency } from '../../../http/idempotency/idempotency.ts';
import { correlationIdOf } from '../../../http/request.ts';
import { expectOpen } from '../session/open-session.ts';
import type { Chat } from '../turn/chat.ts';
import type { ChatListener } from '../turn/turn-log.ts';
import { eventStream } from './server-sent-events.ts';

/** Milliseconds kept back from the function's time to put tokens and turn on record; each may have to wait its turn. */
const reserveMs = 2 * limits.appendPatienceMs;

const eventsType = 'text/event-stream';

/**
 * `POST /agent/chat` on a response stream: server-sent events for whoever accepts them, else one JSON body. A failure
 * before the first byte is problem+json with its status; after it, an `error` event. Never throws.
 * @param silenceMs of a stream until it shows a sign of life
 */
export function chatResponder(
  chat: Chat,
  idempotency: Idempotency,
  store: EventStore,
  silenceMs?: number,
): (event: APIGatewayProxyEvent, stream: Writable, context: Context) => Promise<void> {
  return async (event, stream, context) => {
    const cuts = { gone: whenGone(stream), timeUp: whenTimeIsUp(context) };
    try {
      const { request } = receive(event, ['chat']);
      const once = async (tell: ChatListener) => {
        const { answer, repeated } = await idempotency.run('chat', request, context, (same) =>
          chat(same, cuts, tell),
        );
        // What was deleted since is not said again.
        if (repeated) await expectOpen(store, request.tenant, answer.sessionId);
        return answer;
      };
      if (accepts(request.accept, eventsType))
        await answerEvents(once, request.correlationId, stream, silenceMs);
      else answer(stream, success('chat', request.correlationId, await once(() => {})));
    } catch (error) {
      answer(stream, failure(error, correlationIdOf(event)));
    }
  };
}

/** @throws what failed before the first event was sent */
async function answerEvents(
  once: (tell: ChatListener) => Promise<ChatResponse>,
  correlationId: string,
  stream: Writable,
  silenceMs: number | undefined,
): Promise<void> {
  const headers = {
    [correlationHeader]: correlationId,
    'content-type': eventsType,
    'cache-control': 'no-cache',
  };
  const open = () => awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers });
  const events = eventStream(open, silenceMs);
  try {
    const answer = await once(events.send);
    if (!events.opened) tellAgain(answer, events.send);
    const { reply: _, ...done } = answer;
    events.send('done', done);
  } catch (error) {
    if (!events.opened) throw error;
    events.send('error', reportedProblem(error, correlationId));
  } finally {
    events.end();
  }
}

/** Tells an answer that is on record as it was told at first, in fewer pieces. */
function tellAgain(
  { sessionId, toolCalls, reply, guardrail, usage }: ChatResponse,
  tell: ChatListener,
): void {
  tell('session', { sessionId });
  for (const { id, name, input, status } of toolCalls) {
    tell('tool_call', { id, name, input });
    tell('tool_result', { id, name, status });
  }
  tell('text', { text: reply });
  if (guardrail) tell('guardrail', guardrail);
  tell('usage', usage);
}

/** Writes a whole answer. The body is written before the end, since the runtime sends status and headers with a write. */
function answer(stream: Writable, { statusCode, headers, body }: APIGatewayProxyResult): void {
  const response = awslambda.HttpResponseStream.from(stream, { statusCode, headers });
  response.write(body);
  response.end();
}

/** Whether an `Accept` header names a media type. */
function accepts(accept: string, type: string): boolean {
  return accept.split(',').some((range) => range.split(';')[0]?.trim().toLowerCase() === type);
}

/** Aborts when the client leaves before the answer has ended, where the runtime notices. */
function whenGone(stream: Writable): AbortSignal {
  const gone = new AbortController();
  const leave = () => {
    if (!stream.writableEnded) gone.abort();
  };
  stream.on('close', leave);
  stream.on('error', leave);
  return gone.signal;
}

function whenTimeIsUp(context: Context): AbortSignal {
  return AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - reserveMs));
}
