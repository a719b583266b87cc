import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const ownNames = /^(?:127\.0\.0\.1|\[::1\]|localhost|[\w.-]+\.localhost)(?::\d+)?$/i;

/**
 * Whether a request means this machine. A web page reaches the servers of this machine by a name of its own that resolves to
 * 127.0.0.1 (DNS rebinding); its browser then sends that name.
 * @param host the header `Host`, or HTTP/2's `:authority`; none, as in HTTP/1.0, comes from no browser
 */
export const meansThisMachine = (host: string | undefined) => host === undefined || ownNames.test(host);

/** An address that a server can listen on. */
interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * A loopback address for a server that answers anybody, such as a database that checks no signatures: no web page can guess it.
 * Linux takes any address of 127.0.0.0/8 (RFC 1122, section 3.2.1.3), one of 16 million; elsewhere only the port is secret.
 */
export async function secretAddress(): Promise<Address> {
  const host = ['127', randomInt(1, 255), randomInt(0, 256), randomInt(1, 255)].join('.');
  return freeAddress(host).catch(() => freeAddress('127.0.0.1'));
}

/** A port of 127.0.0.1 that nothing listens on now. */
export const freePort = async (): Promise<number> => (await freeAddress('127.0.0.1')).port;

/** A port of the host that nothing listens on now, for programs that cannot pick one themselves. */
function freeAddress(host: string): Promise<Address> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve({ host, port }));
    });
  });
}
