import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsRequest, AwsResponse } from '../../contracts.ts';
import type { ModelFault } from '../../faults/rates.ts';
import { respond } from '../../wire/respond.ts';
import { jsonError } from '../../wire/schema/errors.ts';

const errors = {
  throttle: ['ThrottlingException', 429, 'Too many requests, please wait before trying again.'],
  timeout: ['ModelTimeoutException', 408, 'The model took too long to answer.'],
  error: ['InternalServerException', 500, 'The system encountered an unexpected error during processing.'],
  unavailable: ['ServiceUnavailableException', 503, 'The service is not able to process the request.'],
} as const satisfies Partial<Record<ModelFault, readonly [string, number, string]>>;

/** Milliseconds between two chunks of a slow answer. */
const chunkPauseMs = 200;

/** Chunks of an answer that get through before its connection is cut, and milliseconds that they are given to. */
const chunksBeforeCut = 4;
const arrivalMs = 50;

/**
 * Injects a fault into a call.
 * @returns whether the call is answered by that; a cut or slow answer comes later, from the call itself
 */
export async function applyFault(
  fault: ModelFault,
  request: AwsRequest,
  response: AwsResponse,
): Promise<boolean> {
  switch (fault) {
    case 'cut':
      cutLater(response);
      return false;
    case 'slow':
      slowDown(response);
      return false;
    case 'silence':
      request.resume();
      await once(response, 'close');
      return true;
    case 'malformed':
      request.resume();
      await respond(response, malformed(request));
      return true;
    default: {
      request.resume();
      const [code, status, message] = errors[fault];
      await respond(response, jsonError(code, status, message));
      return true;
    }
  }
}

/** Sends each chunk of an answer a while after the one before. */
function slowDown(response: AwsResponse): void {
  const [write, end] = [response.write.bind(response), response.end.bind(response)] as [
    (...args: unknown[]) => unknown,
    (...args: unknown[]) => unknown,
  ];
  let turn = Promise.resolve();
  const later = (send: () => unknown) => {
    turn = turn.then(async () => {
      if (!response.destroyed) await sleep(chunkPauseMs);
      if (!response.destroyed) send();
    });
  };
  Object.assign(response, {
    write(...args: unknown[]): boolean {
      later(() => write(...args));
      return true;
    },
    end(...args: unknown[]): AwsResponse {
      later(() => end(...args));
      return response;
    },
  });
}

/** An answer that no client can read: truncated JSON, or an event with a wrong checksum. */
function malformed(request: AwsRequest) {
  const isStream = /-stream$/.test(request.url?.split('?')[0] ?? '');
  if (!isStream)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"output":{"mess' };
  const frame = Buffer.alloc(32, 0xff);
  frame.writeUInt32BE(frame.length, 0);
  return { status: 200, headers: { 'content-type': 'application/vnd.amazon.eventstream' }, body: frame };
}

/** A stream ends after some of its events; a plain answer after half its bytes. */
function cutLater(response: AwsResponse): void {
  const send = response.write.bind(response) as (chunk: unknown, ...rest: unknown[]) => boolean;
  // An immediate reset of the connection would discard the bytes that were sent before.
  const cut = () => void setTimeout(() => response.destroy(), arrivalMs);
  let chunks = 0;
  Object.assign(response, {
    write(chunk: unknown, ...rest: unknown[]): boolean {
      chunks += 1;
      if (chunks <= chunksBeforeCut) return send(chunk, ...rest);
      cut();
      return false;
    },
    end(body?: unknown): AwsResponse {
      if (typeof body === 'string') send(body.slice(0, body.length / 2));
      else if (body instanceof Uint8Array) send(body.subarray(0, body.length / 2));
      cut();
      return response;
    },
  });
}
