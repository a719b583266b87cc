import type { Writable } from 'node:stream';
import { limits } from '@nova/shared/limits';
import type { ChatListener } from '../turn/turn-log.ts';

/** A response stream of server-sent events. */
export interface EventStream {
  /** Whether anything was sent: from then on the HTTP status is fixed. */
  readonly opened: boolean;
  /**
   * Sends an event and opens the stream for it. The `session` event alone does not open the stream: it waits for the next
   * event, so that an answer that fails before has its own HTTP status. After a while without an event it is sent alone.
   */
  readonly send: ChatListener;
  end(): void;
}

/** A server-sent event (HTML standard, "Server-sent events"). JSON contains no line breaks. */
export const sseEvent = (event: string, data: unknown) =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** A comment, which clients ignore. */
export const sseHeartbeat = ': still working\n\n';

/**
 * Server-sent events on a stream that is opened for the first event. Data that a slow client has not received yet waits in
 * memory; an answer is limited to far less than the function's memory.
 * @param open writes status and headers
 * @param heartbeatMs time without an event after which a heartbeat is sent, so that proxies and clients keep the connection
 */
export function eventStream(
  open: () => Writable,
  heartbeatMs: number = limits.streamHeartbeatMs,
): EventStream {
  let stream: Writable | undefined;
  let heartbeat: NodeJS.Timeout | undefined;
  let held = '';
  const write = (text: string) => {
    stream ??= open();
    if (stream.writable) stream.write(held + text);
    held = '';
  };
  const beat = () => write(held === '' ? sseHeartbeat : '');
  return {
    get opened() {
      return stream !== undefined;
    },
    send(event, data) {
      heartbeat ??= setInterval(beat, heartbeatMs);
      heartbeat.refresh();
      if (event === 'session' && !stream) held = sseEvent(event, data);
      else write(sseEvent(event, data));
    },
    end() {
      clearInterval(heartbeat);
      stream?.end();
    },
  };
}
