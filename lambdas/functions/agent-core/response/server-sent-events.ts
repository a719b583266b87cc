import type { Writable } from 'node:stream';
import { limits } from '@nova/shared/limits';
import type { ChatListener } from '../turn/turn-log.ts';

/** An answer as server-sent events. */
export interface EventStream {
  /** Whether anything was sent: from then on the status cannot be changed. */
  readonly opened: boolean;
  /**
   * Sends an event, and opens the stream for it. The session's name alone does not: it waits for what is said, so that
   * an answer which fails before has a status of its own. When nothing is said for a while it goes ahead.
   */
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
 * @param silenceMs until the stream shows a sign of life, so that proxies and clients do not give up on it
 */
export function eventStream(open: () => Writable, silenceMs: number = limits.streamSilenceMs): EventStream {
  let stream: Writable | undefined;
  let silence: NodeJS.Timeout | undefined;
  let held = '';
  const write = (text: string) => {
    stream ??= open();
    if (stream.writable) stream.write(held + text);
    held = '';
  };
  const showLife = () => write(held === '' ? sseHeartbeat : '');
  return {
    get opened() {
      return stream !== undefined;
    },
    send(event, data) {
      silence ??= setInterval(showLife, silenceMs);
      silence.refresh();
      if (event === 'session' && !stream) held = sseEvent(event, data);
      else write(sseEvent(event, data));
    },
    end() {
      clearInterval(silence);
      stream?.end();
    },
  };
}
