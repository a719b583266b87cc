import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Holds the state of one stack in memory. */
export interface StateServer {
  /** For Terraform's `http` backend. */
  readonly address: string;
  close(): void;
}

/**
 * Starts a server for Terraform's `http` backend on a free port of this machine. With a state in a file, Terraform rewrites
 * the whole file after each resource that it applies, which takes most of the time of an apply.
 * Source: Terraform, "Backend Type: http".
 */
export async function startStateServer(): Promise<StateServer> {
  let state: Buffer | undefined;
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') state = await buffer(request);
    const status = request.method === 'GET' && !state ? 404 : 200;
    response.writeHead(status).end(request.method === 'GET' ? state : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}
