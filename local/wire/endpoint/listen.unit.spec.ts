import { once } from 'node:events';
import { Agent, request as http, type IncomingMessage } from 'node:http';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Listener, listen, type RawRequest } from './listen.ts';

/** A server that answers every request before it has read the body. */
let listener: Listener;
let received: PromiseWithResolvers<RawRequest>;

beforeEach(async () => {
  received = Promise.withResolvers();
  listener = await listen(0, (request, response) => {
    received.resolve(request);
    response.statusCode = 403;
    response.end('refused');
  });
});

afterEach(() => listener.close());

describe('a body that is refused', () => {
  it('is hardly read', async () => {
    const socket = createConnection(listener.port, '127.0.0.1');
    socket.on('error', () => {});
    const answered = once(socket, 'data');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const size = 300 * 1024 ** 2;
    socket.write(`PUT / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${size}\r\n\r\n`);
    expect(String(await answered)).toContain('refused');
    const piece = Buffer.alloc(1024 ** 2);
    const send = () => {
      while (!socket.destroyed && socket.bytesWritten < size && socket.write(piece));
    };
    socket.on('drain', send);
    send();

    await closed;

    // What the system's buffers of both ends hold has left the client, and nobody has read it.
    expect(socket.bytesWritten).toBeLessThan(size / 4);
  });

  it('leaves its client time to read the answer, which a reset of the connection would destroy', async () => {
    const socket = createConnection(listener.port, '127.0.0.1');
    const failed = new Promise<never>((_, reject) => socket.once('error', reject));
    const size = 16 * 1024 ** 2;
    socket.write(`PUT / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${size}\r\n\r\n`);
    socket.write(Buffer.alloc(size));
    const request = await received.promise;
    await Promise.race([once(request, 'pause'), failed]);

    const [answer] = await Promise.race([once(socket, 'data'), failed]);

    expect(String(answer)).toContain('refused');
    socket.destroy();
  });

  it('does not end the connection when it is short', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = async () => {
      const request = http({ port: listener.port, method: 'PUT', agent });
      request.end(Buffer.alloc(100_000));
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      return { body: await text(response), reused: request.reusedSocket };
    };

    expect((await send()).body).toBe('refused');
    expect(await send()).toEqual({ body: 'refused', reused: true });
    agent.destroy();
  });
});
