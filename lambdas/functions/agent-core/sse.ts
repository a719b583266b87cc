import type { Writable } from 'node:stream';
import type { ChatListener } from './turn-log.ts';

/** Milliseconds of silence after which a comment keeps proxies and clients from giving up on the stream. */
const heartbeatMs = 10_000;

/** An answer as server-sent events. */
export interface EventStream {
  /** Whether anything was sent: from then on the status cannot be changed. */
  readonly opened: boolean;
  /** Sends an event; the first one opens the stream. */
  readonly send: ChatListener;
  end(): void;
}

/** A server-sent event (HTML standard, "Server-sent events"). JSON has no line breaks of its own. */
export const sseEvent = (event: string, data: unknown) =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** A comment: clients skip it. */
export const sseHeartbeat = ': still working\n\n';

/**
 * Server-sent events on a stream that is opened when there is something to send. What a slow client has not taken yet
 * waits in memory; an answer is bounded to far less than the function has of it.
 * @param open writes status and headers
 * @param silenceMs until a heartbeat
 */
export function eventStream(open: () => Writable, silenceMs = heartbeatMs): EventStream {
  let stream: Writable | undefined;
  let heartbeat: NodeJS.Timeout | undefined;
  const write = (text: string) => {
    if (stream?.writable) stream.write(text);
  };
  return {
    get opened() {
      return stream !== undefined;
    },
    send(event, data) {
      stream ??= open();
      heartbeat ??= setInterval(() => write(sseHeartbeat), silenceMs);
      heartbeat.refresh();
      write(sseEvent(event, data));
    },
    end() {
      clearInterval(heartbeat);
      stream?.end();
    },
  };
}
