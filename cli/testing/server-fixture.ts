import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Handles a request whose body has been read. */
export type Handler = (response: ServerResponse, request: IncomingMessage, body: Buffer) => void;

export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Closes the connection without a response, like a network failure. */
export const hangUp: Handler = (_, request) => request.socket.destroy();

/** Closes the connection in the middle of a response. */
export const breakOff: Handler = (response, request) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
  // Once the first part has been sent.
  response.write('{"ok":', () => setImmediate(() => request.socket.destroy()));
};

/** An address of this machine without a server. */
export async function anUnusedUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return `http://127.0.0.1:${port}`;
}

/** Responds with text, or with an object as JSON. */
export const respondWith =
  (status: number, body: object | string = '', headers: Record<string, string> = {}): Handler =>
  (response) =>
    void response
      .writeHead(status, {
        ...(typeof body === 'string' ? {} : { 'content-type': 'application/json' }),
        ...headers,
      })
      .end(typeof body === 'string' ? body : JSON.stringify(body));

/**
 * A server on this machine. Each request goes to the next handler, and to the last one once none is left.
 * @param immediate handlers that do not wait for the body
 */
export async function aServer(handlers: readonly Handler[], immediate: readonly Handler[] = []) {
  const received: ReceivedRequest[] = [];
  let call = 0;
  const server = createServer(async (request, response) => {
    const handler = handlers[Math.min(call, handlers.length - 1)] ?? hangUp;
    call += 1;
    if (immediate.includes(handler)) {
      received.push({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: Buffer.alloc(0),
      });
      return handler(response, request, Buffer.alloc(0));
    }
    const body = Buffer.concat(await request.toArray().catch(() => []));
    received.push({ method: request.method, url: request.url, headers: request.headers, body });
    handler(response, request, body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}
