import type { Writable } from 'node:stream';
import type { ChatResponse } from '@nova/shared/api/chat';
import { limits } from '@nova/shared/limits';
import { correlationHeader, crossOriginHeaders } from '@nova/shared/routes';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type { EventStore } from '../../../event-store/store.ts';
import { failure, forPages, receive, reportedProblem, success } from '../../../http/api.ts';
import type { Idempotency } from '../../../http/idempotency/idempotency.ts';
import { correlationIdOf } from '../../../http/request.ts';
import { requireOpenSession } from '../session/open-session.ts';
import type { Chat } from '../turn/chat.ts';
import type { ChatListener } from '../turn/turn-log.ts';
import { eventStream } from './server-sent-events.ts';

/** Milliseconds reserved at the end of the function's time to record tokens and turn; each append may have to wait. */
const reserveMs = 2 * limits.appendPatienceMs;

const eventsType = 'text/event-stream';

/**
 * `POST /agent/chat` on a response stream: server-sent events for clients that accept them, otherwise one JSON body. An error
 * before the first byte becomes problem+json with its status; a later one becomes an `error` event. Never throws.
 * @param pageOrigin whose pages may read the answers; `*` for any, `none` for none
 * @param heartbeatMs time without an event after which a stream sends a heartbeat
 */
export function chatResponder(
  chat: Chat,
  idempotency: Idempotency,
  store: EventStore,
  pageOrigin: string,
  heartbeatMs?: number,
): (event: APIGatewayProxyEvent, stream: Writable, context: Context) => Promise<void> {
  return async (event, stream, context) => {
    const signals = { clientLeft: clientLeftSignal(stream), timeUp: timeUpSignal(context) };
    const correlationId = correlationIdOf(event);
    try {
      const { request } = receive(event, ['chat'], correlationId);
      const once = async (emit: ChatListener) => {
        const { answer, repeated } = await idempotency.run('chat', request, context, (same) =>
          chat(same, signals, emit),
        );
        // An answer is not repeated once its session has been deleted.
        if (repeated) await requireOpenSession(store, request.tenant, answer.sessionId);
        return answer;
      };
      if (accepts(request.accept, eventsType))
        await respondWithEvents(once, { correlationId, pageOrigin }, stream, heartbeatMs);
      else respond(stream, forPages(success('chat', correlationId, await once(() => {})), pageOrigin));
    } catch (error) {
      respond(stream, forPages(failure(error, correlationId), pageOrigin));
    }
  };
}

/** @throws an error that comes before the first event was sent */
async function respondWithEvents(
  once: (emit: ChatListener) => Promise<ChatResponse>,
  { correlationId, pageOrigin }: { readonly correlationId: string; readonly pageOrigin: string },
  stream: Writable,
  heartbeatMs: number | undefined,
): Promise<void> {
  const headers = {
    [correlationHeader]: correlationId,
    'content-type': eventsType,
    'cache-control': 'no-cache',
    ...crossOriginHeaders(pageOrigin),
  };
  const open = () => awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers });
  const events = eventStream(open, heartbeatMs);
  try {
    const answer = await once(events.send);
    if (!events.opened) replay(answer, events.send);
    const { reply: _, ...done } = answer;
    events.send('done', done);
  } catch (error) {
    if (!events.opened) throw error;
    events.send('error', reportedProblem(error, correlationId));
  } finally {
    events.end();
  }
}

/** Emits the events of a recorded answer again, in fewer pieces. */
function replay({ sessionId, toolCalls, reply, guardrail, usage }: ChatResponse, emit: ChatListener): void {
  emit('session', { sessionId });
  for (const { id, name, input, status } of toolCalls) {
    emit('tool_call', { id, name, input });
    emit('tool_result', { id, name, status });
  }
  emit('text', { text: reply });
  if (guardrail) emit('guardrail', guardrail);
  emit('usage', usage);
}

/** Writes a whole response. The body is written before the end, because the runtime sends status and headers with a write. */
function respond(stream: Writable, { statusCode, headers, body }: APIGatewayProxyResult): void {
  const response = awslambda.HttpResponseStream.from(stream, { statusCode, headers });
  response.write(body);
  response.end();
}

/** Whether an `Accept` header names a media type. */
function accepts(accept: string, type: string): boolean {
  return accept.split(',').some((range) => range.split(';')[0]?.trim().toLowerCase() === type);
}

/** Aborts when the client disconnects before the answer has ended, if the runtime notices. */
function clientLeftSignal(stream: Writable): AbortSignal {
  const left = new AbortController();
  const onLeave = () => {
    if (!stream.writableEnded) left.abort();
  };
  stream.on('close', onLeave);
  stream.on('error', onLeave);
  return left.signal;
}

function timeUpSignal(context: Context): AbortSignal {
  return AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - reserveMs));
}
