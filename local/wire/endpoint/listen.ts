import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import http2, { type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import net, { type AddressInfo, type Socket } from 'node:net';

export type RawRequest = IncomingMessage | Http2ServerRequest;
export type RawResponse = ServerResponse | Http2ServerResponse;

export interface Listener {
  readonly port: number;
  /** Ends every connection, open streams too. */
  close(): Promise<void>;
}

/** How every HTTP/2 connection starts (RFC 9113, section 3.4). */
const preface = 'PRI';

/** Bytes that a client may still send after the answer, and milliseconds in which it may read the answer. */
const afterAnswer = { bytes: 1024 ** 2, ms: 2000 };

/**
 * Ends the connection of a request that is answered before its body has arrived, such as a refused upload: Node would
 * read the body to its end. A client that is nearly done keeps the connection; any other has time to read the answer first, which
 * the end of a connection with unread bytes would destroy.
 */
function endUnread(request: IncomingMessage): void {
  if (request.complete) return;
  let left = afterAnswer.bytes;
  const timer = setTimeout(() => request.socket.destroy(), afterAnswer.ms).unref();
  request.on('data', (piece: Buffer) => {
    left -= piece.length;
    if (left < 0) request.pause();
  });
  // Node discards, unseen, what nobody has begun to read.
  request.read(0);
  request.once('close', () => clearTimeout(timer));
}

/**
 * HTTP/1.1 and HTTP/2 with prior knowledge on one plain port of 127.0.0.1, distinguished by their first bytes.
 * @param port 0 takes a free one
 * @throws the system's error, such as `EADDRINUSE`, when it cannot listen on the port
 */
export async function listen(
  port: number,
  handler: (request: RawRequest, response: RawResponse) => void,
): Promise<Listener> {
  // Uploads and long streams may last; the platform's own limits end them.
  const http1 = http.createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, (request, response) => {
    response.prependOnceListener('finish', () => endUnread(request));
    handler(request, response);
  });
  const http2Server = http2.createServer(handler);
  const sockets = new Set<Socket>();
  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const first: Buffer | null = socket.read();
      if (!first) return socket.destroy();
      socket.unshift(first);
      const chosen = first.toString('latin1', 0, preface.length) === preface ? http2Server : http1;
      return chosen.emit('connection', socket);
    });
  });
  http2Server.on('sessionError', () => {});
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
