import { request } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { runningPlatform } from '../testing/platform.ts';
import { type Listening, listeningUnder } from '../testing/processes.ts';

/**
 * Each port that the platform and its processes listen on, as a web page reaches it: from its own origin, and by a name of its
 * own that resolves to this machine (DNS rebinding). The ports are read from /proc, so the test runs on Linux only.
 */

const platform = runningPlatform();

interface Answer {
  readonly status: number | undefined;
  readonly allowed: string | undefined;
}

/** Sends a request as a browser does for a page of another origin. */
const fromPage = ({ host, port }: Listening, method: string, name: string): Promise<Answer> =>
  new Promise((resolve) => {
    const headers = {
      host: name,
      origin: 'http://page.example',
      'sec-fetch-site': 'cross-site',
      'content-type': 'text/plain',
      'x-amz-target': 'DynamoDB_20120810.ListTables',
    };
    const sent = request({ host, port, method, path: '/', headers, timeout: 60_000 }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, allowed: response.headers['access-control-allow-origin'] });
    });
    sent.on('error', () => resolve({ status: undefined, allowed: undefined }));
    sent.end();
  });

describe.runIf(process.platform === 'linux')('a web page', () => {
  let ports: Listening[] = [];
  beforeAll(async () => {
    // A function's sandbox listens too.
    await platform.api.ok('GET', '/content');
    ports = await listeningUnder(platform.dev.pid);
  });

  it('cannot guess the address of the DynamoDB engine, which answers anybody', async () => {
    const secret = ports.filter(({ host }) => host !== '127.0.0.1');

    expect(secret).toHaveLength(1);
    expect(secret[0]?.host).toMatch(/^127\./);
  });

  it('is answered by no port of 127.0.0.1, under its own name or that of this machine', async () => {
    const known = ports.filter(({ host }) => host === '127.0.0.1');
    // The API, the AWS endpoint, the engine's maintenance and a sandbox.
    expect(known.length).toBeGreaterThanOrEqual(4);
    const api = Number(new URL(platform.dev.url).port);

    for (const port of known) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const named = await fromPage(port, method, 'page.example');
        expect({ ...named, ...port, method }).toEqual({
          status: expect.toBeOneOf([401, 403]),
          allowed: undefined,
          ...port,
          method,
        });
        const own = await fromPage(port, method, `127.0.0.1:${port.port}`);
        // The API lets pages read its refusals, and a page needs a key like everybody.
        expect(own.allowed).toBe(port.port === api ? '*' : undefined);
        expect(own.status).toBeGreaterThanOrEqual(400);
      }
    }
  });
});
