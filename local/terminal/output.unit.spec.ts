import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFile } from '../process/log-file.ts';
import type { Served } from '../services/api-gateway/access-log.ts';
import { type PlatformFixture, platformFixture, until } from '../testing/platform-fixture.ts';
import { writeAddress } from './address-file.ts';
import {
  dataRow,
  functionsRow,
  modelsRow,
  picturesRow,
  readyMessage,
  servicesTable,
  soundRow,
  tablesRow,
} from './banner.ts';
import { requestLine } from './request-line.ts';

const plain = stripVTControlCharacters;

describe('the start message', () => {
  it('aligns its table', () => {
    const table = plain(
      servicesTable([
        ['API', 'http://a', 'note'],
        ['Functions', '7', ''],
      ]),
    );

    expect(table).toBe('  API        http://a  note\n  Functions  7');
  });

  it('shows longer timeouts of the functions', () => {
    expect(functionsRow(['a', 'b'], 1)).toEqual(['Functions', '2 in sandboxes', 'a, b']);
    expect(functionsRow(['a', 'b'], 10)[1]).toBe('2 in sandboxes, timeouts × 10');
  });

  it('does not move every note for one long path', () => {
    const long = '/'.padEnd(80, 'x');

    const table = plain(
      servicesTable([
        ['API', 'http://a', 'note'],
        ['Data', long, 'logs'],
        ['AWS', 'b', 'note'],
      ]),
    );

    expect(table).toBe(`  API   http://a  note\n  Data  ${long}  logs\n  AWS   b         note`);
  });

  it('has a command for the logs that a shell can run', () => {
    expect(dataRow('.nova')[2]).toBe('tail -f .nova/logs/*.log');
    expect(dataRow("/tmp/it's mine")[2]).toBe("tail -f '/tmp/it'\\''s mine/logs'/*.log");
  });

  it('names the injected faults', () => {
    expect(modelsRow(false, {})[1]).toBe('stand-in');
    expect(modelsRow(false, { throttle: 0.5, cut: 0, silence: 0.07, seed: 7 })[1]).toBe(
      'stand-in, failing on purpose: throttle 50 %, silence 7 %',
    );
    expect(modelsRow(true, { error: 1 })[1]).toBe('Amazon Bedrock, failing on purpose: error 100 %');
    expect(tablesRow('dynoxide', { lost: 0.01, seed: 1 })[1]).toBe('dynoxide, failing on purpose: lost 1 %');
  });

  it('says whether pictures are read, and how to have them read', () => {
    expect(picturesRow(true)[1]).toBe('Tesseract');
    expect(picturesRow(false).slice(1)).toEqual(['not read', expect.stringContaining('make tesseract')]);
  });

  it('says whether compressed sound is decoded, and how to have it decoded', () => {
    expect(soundRow(true)[1]).toBe('ffmpeg');
    expect(soundRow(false).slice(1)).toEqual(['not decoded', expect.stringContaining('an ffmpeg on PATH')]);
  });

  it('ends with the address, the key and commands to try', () => {
    const message = plain(readyMessage({ url: 'http://u', stage: 'v1', key: 'k', tookMs: 1234 }));

    expect(message).toMatch(/^Nova is ready after 1\.2 s\n/);
    expect(message).toContain('URL  http://u\n');
    expect(message).toContain('Key  k\n');
    expect(message.match(/curl .*http:\/\/u\/v1\/.*'x-api-key: k'/g)).toHaveLength(3);
  });
});

describe('the line of a request', () => {
  const served = (more: Partial<Served>): Served => ({
    context: {
      requestId: 'r',
      extendedRequestId: 'e',
      receivedAt: new Date(),
      traceRoot: 't',
      request: {
        httpMethod: 'GET',
        path: '/v1/jobs/1',
        query: new URLSearchParams('secret=1'),
        headers: new Map(),
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
      },
      key: { key: { id: 'i', name: 'guest', enabled: true, value: undefined }, value: 'hidden' },
    },
    status: 200,
    bytes: 1,
    latencyMs: 12.6,
    integrationMs: 5,
    responseType: undefined,
    errorMessage: undefined,
    ...more,
  });

  it('shows the request, the name of the key and the status; no query, no key', () => {
    expect(plain(requestLine(served({})))).toMatch(
      /^\d\d:\d\d:\d\d {2}200 {2}GET {4}\/v1\/jobs\/1 {2}13 ms {2}guest$/,
    );
  });

  it('shows the reason for the gateway’s own response', () => {
    const line = plain(
      requestLine(served({ status: 502, responseType: 'DEFAULT_5XX', errorMessage: 'E: m' })),
    );

    expect(line).toContain('502  GET');
    expect(line).toMatch(/DEFAULT_5XX: E: m$/);
  });

  it('names an unknown route as such, not as a missing key', () => {
    const unknown = {
      status: 403,
      responseType: 'MISSING_AUTHENTICATION_TOKEN',
      errorMessage: 'Missing Authentication Token',
    };

    const line = plain(requestLine(served(unknown)));

    expect(line).toMatch(/MISSING_AUTHENTICATION_TOKEN \(no such route\)$/);
  });

  it('shows no control characters of a request, nor those that turn its direction, and shortens it', () => {
    const context = served({}).context;
    const request = { ...context.request, path: `/v1/\u001b]0;owned\u0007\u202egpj.exe${'x'.repeat(2000)}` };

    const line = plain(requestLine(served({ context: { ...context, request } })));

    expect(line).toContain('/v1/\\u001b]0;owned\\u0007\\u202egpj.exexxx');
    expect(line).toContain(`xxx… (${request.path.length} characters)`);
    expect(line.length).toBeLessThan(300);
  });

  it('stays one line when the reason has several', () => {
    const errorMessage = "Cannot find module 'x'\nRequire stack:\n- /y.js";

    const line = plain(requestLine(served({ status: 502, responseType: 'DEFAULT_5XX', errorMessage })));

    expect(line).toMatch(/DEFAULT_5XX: Cannot find module 'x'$/);
    expect(line).not.toContain('\n');
  });
});

describe('the address file for scripts', () => {
  let fixture: PlatformFixture;
  beforeEach(() => {
    fixture = platformFixture();
  });
  afterEach(() => fixture.dispose());

  it('names the process of the platform, and is readable by its owner only', () => {
    const address = {
      url: 'http://u',
      apiKeys: { guest: 'k' },
      stage: 'dev',
      aws: {
        endpoint: 'http://e',
        region: 'us-east-1',
        accountId: '000000000000',
        credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
      },
    };

    const path = writeAddress(fixture.dataDirectory, address);

    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ ...address, pid: process.pid });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(fixture.dataDirectory)).toEqual(['dev.json']);
  });
});

describe('a log file', () => {
  let fixture: PlatformFixture;
  beforeEach(() => {
    fixture = platformFixture();
  });
  afterEach(() => fixture.dispose());

  it('is rotated when it is full, and never exceeds twice its limit', () => {
    const path = join(fixture.dataDirectory, 'a', 'b.log');
    const log = new LogFile(path, fixture.logger.warn, 100);

    for (let line = 0; line < 50; line++) log.line(`line ${line} ${'x'.repeat(20)}`);
    log.close();
    log.line('after the end');

    expect(readFileSync(path, 'utf8')).toContain('line 49');
    expect(readFileSync(path).length + readFileSync(`${path}.1`).length).toBeLessThan(260);
    expect(existsSync(`${path}.2`)).toBe(false);
  });

  it('keeps the lines of two processes intact, for any pieces', async () => {
    const path = join(fixture.dataDirectory, 'c.log');
    const log = new LogFile(path, fixture.logger.warn);

    log.follow(Readable.from(['on', 'e\ntw', 'o']));
    log.follow(Readable.from(['ONE\n', 'TWO\n']));

    const lines = () => readFileSync(path, 'utf8').trim().split('\n');
    await until('all lines', () => lines().length === 4);
    expect(lines().toSorted()).toEqual(['ONE', 'TWO', 'one', 'two']);
    log.close();
  });

  // A device that is always full: full(4).
  it.runIf(existsSync('/dev/full'))(
    'reports a full disk once, and loses lines instead of the platform',
    () => {
      const warnings: string[] = [];
      const log = new LogFile('/dev/full', (message) => warnings.push(message));

      log.line('lost');
      log.line('lost too');
      log.close();

      expect(warnings).toEqual([
        expect.stringMatching(/^\/dev\/full loses lines: ENOSPC: no space left on device/),
      ]);
    },
  );
});
