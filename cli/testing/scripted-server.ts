import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a server does with a request whose body it has read. */
export type Deed = (response: ServerResponse, request: IncomingMessage, body: Buffer) => void;

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Ends the connection, as a network that fails does. */
export const hangUp: Deed = (_, request) => request.socket.destroy();

/** Ends the connection within an answer. */
export const breakOff: Deed = (response, request) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
  // Once what was written is out.
  response.write('{"ok":', () => setImmediate(() => request.socket.destroy()));
};

/** An address of this machine where nobody listens. */
export async function nobody(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return `http://127.0.0.1:${port}`;
}

/** Answers, with JSON where it is no text. */
export const answer =
  (status: number, body: object | string = '', headers: Record<string, string> = {}): Deed =>
  (response) =>
    void response
      .writeHead(status, {
        ...(typeof body === 'string' ? {} : { 'content-type': 'application/json' }),
        ...headers,
      })
      .end(typeof body === 'string' ? body : JSON.stringify(body));

/**
 * A server of this machine that does one thing after the other, and the last one ever after.
 * @param atOnce deeds that do not wait for the body
 */
export async function scriptedServer(deeds: readonly Deed[], atOnce: readonly Deed[] = []) {
  const received: Received[] = [];
  let call = 0;
  const server = createServer(async (request, response) => {
    const deed = deeds[Math.min(call, deeds.length - 1)] ?? hangUp;
    call += 1;
    if (atOnce.includes(deed)) {
      received.push({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: Buffer.alloc(0),
      });
      return deed(response, request, Buffer.alloc(0));
    }
    const body = Buffer.concat(await request.toArray().catch(() => []));
    received.push({ method: request.method, url: request.url, headers: request.headers, body });
    deed(response, request, body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}
