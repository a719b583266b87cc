import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Certificate } from './certificate.ts';

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A server on this machine that ends with the test. */
export interface Listener {
  readonly port: number;
  /** The connections, in order. */
  readonly connections: readonly Socket[];
  /** Resolves when the first connection has closed. */
  readonly closed: Promise<unknown>;
}

/** A receiver of webhooks. */
export interface Receiver extends Listener {
  readonly url: string;
  /** The requests, in order. */
  readonly received: readonly Received[];
}

/**
 * Starts a receiver.
 * @param answer answers each request, after it has arrived whole
 * @param certificate for https; http without it
 */
export async function aReceiver(answer: RequestListener, certificate?: Certificate): Promise<Receiver> {
  const received: Received[] = [];
  const listener: RequestListener = async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const { method, url } = request;
    received.push({ method, url, headers: request.headers as Record<string, string>, body });
    answer(request, response);
  };
  const started = await listen(certificate ? createTlsServer(certificate, listener) : createServer(listener));
  const scheme = certificate ? 'https' : 'http';
  return { ...started, url: `${scheme}://127.0.0.1:${started.port}/told`, received };
}

/** A server that accepts connections, and never sends a byte. */
export const aSilentListener = (): Promise<Listener> => listen(createTcpServer((socket) => socket.resume()));

async function listen(server: Server): Promise<Listener> {
  const connections: Socket[] = [];
  const closed = new Promise((resolve) => {
    server.on('connection', (socket: Socket) => {
      connections.push(socket);
      socket.on('error', () => {}).once('close', resolve);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    for (const connection of connections) connection.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, connections, closed };
}
