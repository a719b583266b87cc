import type { Writable } from 'node:stream';
import { limits } from '@nova/shared/limits';
import { correlationHeader } from '@nova/shared/routes';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { failure, receive, reportedProblem, success } from '../../platform/http/api.ts';
import { type ApiRequest, correlationIdOf } from '../../platform/http/request.ts';
import type { Chat } from './chat.ts';
import type { Cuts } from './ending.ts';
import { eventStream } from './sse.ts';

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
  silenceMs?: number,
): (event: APIGatewayProxyEvent, stream: Writable, context: Context) => Promise<void> {
  return async (event, stream, context) => {
    const cuts = { gone: whenGone(stream), timeUp: whenTimeIsUp(context) };
    try {
      const { request } = receive(event, ['chat']);
      if (accepts(request.accept, eventsType)) await answerEvents(chat, request, cuts, stream, silenceMs);
      else answer(stream, success('chat', request.correlationId, await chat(request, cuts, () => {})));
    } catch (error) {
      answer(stream, failure(error, correlationIdOf(event)));
    }
  };
}

/** @throws what failed before the first event was sent */
async function answerEvents(
  chat: Chat,
  request: ApiRequest<'chat'>,
  cuts: Cuts,
  stream: Writable,
  silenceMs: number | undefined,
): Promise<void> {
  const headers = {
    [correlationHeader]: request.correlationId,
    'content-type': eventsType,
    'cache-control': 'no-cache',
  };
  const open = () => awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers });
  const events = eventStream(open, silenceMs);
  try {
    const { reply: _, ...done } = await chat(request, cuts, events.send);
    events.send('done', done);
  } catch (error) {
    if (!events.opened) throw error;
    events.send('error', reportedProblem(error, request.correlationId));
  } finally {
    events.end();
  }
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
