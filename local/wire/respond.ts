import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AwsResponse } from '../contracts.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable | undefined;
}

/** Sends an answer on either HTTP version; a stream is piped, at the client's pace. */
export async function respond(response: AwsResponse, { status, headers, body }: Answer): Promise<void> {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body instanceof Readable) {
    if ('flushHeaders' in response) response.flushHeaders();
    await pipeline(body, response);
  } else if (body === undefined) {
    response.end();
  } else {
    response.setHeader('content-length', Buffer.byteLength(body));
    response.end(body);
  }
}
