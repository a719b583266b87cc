import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InvokeResult } from '../../contracts.ts';
import { Warden } from '../../process/warden.ts';
import {
  alive,
  functionArguments,
  type PlatformFixture,
  platformFixture,
  until,
} from '../../testing/platform-fixture.ts';
import { Lambda, type LambdaDependencies } from './lambda.ts';

const functionArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const noDestination = () => {
  throw new Error('no destination in this test');
};

let fixture: PlatformFixture;
let warden: Warden;
let lambda: Lambda | undefined;

beforeEach(() => {
  fixture = platformFixture();
  warden = new Warden();
});
afterEach(() => {
  lambda?.close();
  lambda = undefined;
  warden.close();
  fixture.dispose();
});

/** Brings up functions, each given by its code, with whatever arguments and options. */
function up(
  functions: Record<string, string>,
  args: Record<string, object> = {},
  options: Partial<LambdaDependencies> = {},
): Lambda {
  for (const [name, code] of Object.entries(functions)) fixture.bundle(name, code);
  const stack = fixture.stack({
    aws_lambda_function: Object.fromEntries(
      Object.keys(functions).map((name) => [name, functionArguments(name, args[name])]),
    ),
  });
  lambda = new Lambda({
    stack,
    distDirectory: fixture.distDirectory,
    dataDirectory: fixture.dataDirectory,
    platform: {
      region: 'us-east-1',
      awsEndpoint: () => 'http://127.0.0.1:1',
      xrayAddress: '127.0.0.1:2',
      credentialsOf: (role) => ({ accessKeyId: `id of ${role}`, secretAccessKey: 'secret' }),
    },
    destinations: noDestination,
    authorise: () => {},
    warden,
    logger: fixture.logger,
    ...options,
  });
  return lambda;
}

const payloadOf = (result: InvokeResult) => {
  if (result.kind !== 'payload') throw new Error(JSON.stringify(result));
  return result.payload;
};
const errorOf = (result: InvokeResult) => {
  if (result.kind !== 'error') throw new Error(JSON.stringify(result));
  return result.error;
};
const logOf = (name: string) => readFileSync(join(fixture.dataDirectory, 'logs', `${name}.log`), 'utf8');

describe('an invocation', () => {
  it('runs the bundle in the environment of Lambda, without the developer’s variables', async () => {
    process.env.LEAK_OF_THE_DEVELOPER = 'yes';
    const functions = up(
      {
        echo: `export const handler = async (event, context) => ({
          event, env: process.env, cwd: process.cwd(), remaining: context.getRemainingTimeInMillis(),
          arn: context.invokedFunctionArn, heap: (await import('node:v8')).getHeapStatistics().heap_size_limit,
        });`,
      },
      { echo: { environment: { variables: { TABLE: 'events' } }, tracing_config: { mode: 'Active' } } },
    );

    const payload = payloadOf(await functions.invoke(`${functionArn('echo')}:$LATEST`, { a: 1 }));
    delete process.env.LEAK_OF_THE_DEVELOPER;

    expect(payload).toMatchObject({
      event: { a: 1 },
      arn: functionArn('echo'),
      cwd: join(fixture.distDirectory, 'echo'),
      env: {
        TABLE: 'events',
        TZ: ':UTC',
        AWS_ACCESS_KEY_ID: 'id of arn:aws:iam::000000000000:role/test',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        _X_AMZN_TRACE_ID: expect.stringMatching(
          /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1$/,
        ),
      },
    });
    const { env, remaining, heap } = payload as { env: object; remaining: number; heap: number };
    expect(env).not.toHaveProperty('LEAK_OF_THE_DEVELOPER');
    expect(remaining).toBeGreaterThan(5000);
    expect(heap / 1024 / 1024).toBeLessThan(300);
  });

  it('ends with an error when its sandbox is killed, and the next one runs', async () => {
    const functions = up({
      slow: `export const handler = (wait) => { if (!wait) return process.pid;
        console.log('at work'); return new Promise(() => setInterval(() => {}, 1000)); };`,
    });
    expect(functions.kill('slow')).toBeUndefined();
    const cut = functions.invoke(functionArn('slow'), true);
    await until('it is at work', () => logOf('slow').includes('at work'));

    const pid = functions.kill();

    expect(errorOf(await cut)).toMatchObject({ errorType: 'Runtime.ExitError' });
    const next = payloadOf(await functions.invoke(functionArn('slow'), false));
    expect(pid).toBeGreaterThan(0);
    expect(next).not.toBe(pid);
    expect(() => functions.kill('quick')).toThrow('has no function quick; it has slow');
  });

  it('leaves its sandbox frozen for the next one, which reports no second init', async () => {
    const functions = up({
      count: `let ticks = 0; setInterval(() => { ticks += 1 }, 5);
        let calls = 0; export const handler = async () => ({ calls: ++calls, ticks, pid: process.pid });`,
    });

    const first = payloadOf(await functions.invoke(functionArn('count'), {})) as { pid: number };
    const state = () => / \(.*\) (\w) /.exec(readFileSync(`/proc/${first.pid}/stat`, 'latin1'))?.[1];
    if (process.platform === 'linux') await until('the sandbox to be frozen', () => state() === 'T');
    const second = payloadOf(await functions.invoke(functionArn('count'), {}));

    expect(second).toMatchObject({ calls: 2, pid: first.pid });
    await until('both reports', () => logOf('count').match(/^REPORT/gm)?.length === 2);
    expect(logOf('count').match(/Init Duration/g)).toHaveLength(1);
    expect(logOf('count')).toMatch(/Max Memory Used: [1-9]\d* MB/);
  });

  it('runs beside others up to the concurrency limit; the rest wait', async () => {
    const functions = up(
      {
        slow: `let busy = false; export const handler = async () => {
          if (busy) throw new Error('two at once'); busy = true;
          await new Promise((k) => setTimeout(k, 20)); busy = false; return process.pid; };`,
      },
      {},
      { limits: { concurrency: 3 } },
    );

    const results = await Promise.all(
      Array.from({ length: 30 }, () => functions.invoke(functionArn('slow'), {})),
    );

    expect(new Set(results.map(payloadOf)).size).toBeLessThanOrEqual(3);
  });

  it('ends the sandbox once it has been idle for the limit', async () => {
    const functions = up(
      { f: `export const handler = async () => process.pid;` },
      {},
      { limits: { idleMs: 50 } },
    );

    const pid = payloadOf(await functions.invoke(functionArn('f'), {})) as number;

    await until('the sandbox to end', () => !alive(pid));
    expect(payloadOf(await functions.invoke(functionArn('f'), {}))).not.toBe(pid);
  });

  it('is throttled when the queue is full, and leaves the queue when its caller aborts', async () => {
    const functions = up(
      { slow: `export const handler = () => new Promise((k) => setTimeout(k, 300));` },
      {},
      { limits: { concurrency: 1, waiting: 1 } },
    );
    const running = functions.invoke(functionArn('slow'), {});
    await until('the first to run', () => logOf('slow').includes('START'));
    const controller = new AbortController();
    const waiting = functions.invoke(functionArn('slow'), {}, controller.signal);

    const third = await functions.invoke(functionArn('slow'), {});
    controller.abort();

    expect(errorOf(third).errorType).toBe('TooManyRequestsException');
    expect(errorOf(await waiting).errorType).toBe('Cancelled');
    expect(payloadOf(await running)).toBeNull();
  });

  it('ends with Lambda’s error when it times out, runs out of memory, exits or throws', async () => {
    const functions = up(
      {
        late: `export const handler = () => new Promise(() => setInterval(() => {}, 1000));`,
        greedy: `const kept = []; export const handler = async () => {
          for (let i = 0; i < 80; i++) { kept.push(Buffer.alloc(8 << 20, 1)); await new Promise((k) => setTimeout(k, 10)); } };`,
        quits: `export const handler = async () => process.exit(3);`,
        throws: `export const handler = async () => { throw new TypeError('no such thing'); };`,
      },
      { late: { timeout: 1 }, greedy: { memory_size: 128 } },
    );

    const [late, greedy, quits, throws] = await Promise.all(
      ['late', 'greedy', 'quits', 'throws'].map(async (name) =>
        errorOf(await functions.invoke(functionArn(name), {})),
      ),
    );

    expect(late).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: .* Error: Task timed out after 1\.00 seconds$/),
    });
    expect(greedy?.errorType).toBe('Runtime.OutOfMemory');
    expect(quits).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('Runtime exited with error: exit status 3'),
    });
    expect(throws).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'no such thing',
      trace: expect.any(Array),
    });
    const slow = up(
      { late: `export const handler = () => new Promise(() => setInterval(() => {}, 1000));` },
      { late: { timeout: 1 } },
      { timeoutFactor: 2 },
    );
    expect(await errorOf(await slow.invoke(functionArn('late'), {}))).toMatchObject({
      errorMessage: expect.stringContaining('Task timed out after 2.00 seconds'),
    });
    expect(
      payloadOf(await up({ fine: `export const handler = async () => 1;` }).invoke(functionArn('fine'), {})),
    ).toBe(1);
  });

  it('names the source in the trace of an error, where the bundle has a source map', async () => {
    const functions = up({ f: `export const handler = async () => { throw new Error('no such thing'); };` });
    const map = { version: 3, sources: ['../../f/handler.ts'], names: ['greet'], mappings: 'AASAA' };
    writeFileSync(join(fixture.distDirectory, 'f', 'index.mjs.map'), JSON.stringify(map));

    expect(errorOf(await functions.invoke(functionArn('f'), {}))).toMatchObject({
      trace: expect.arrayContaining([
        'Error: no such thing',
        expect.stringMatching(/^ {4}at greet \(.*\/f\/handler\.ts:10:1\)$/),
        expect.stringContaining('aws-lambda-ric'),
      ]),
    });
  });

  it('refuses payloads over Lambda’s 6 MB, each way', async () => {
    const functions = up({ big: `export const handler = async ({ bytes }) => 'x'.repeat(bytes);` });

    const request = await functions.invoke(functionArn('big'), { bytes: 1, padding: 'x'.repeat(6_300_000) });
    const response = await functions.invoke(functionArn('big'), { bytes: 6_300_000 });
    const after = await functions.invoke(functionArn('big'), { bytes: 3 });

    expect(errorOf(request).errorType).toBe('RequestTooLargeException');
    expect(errorOf(response).errorType).toBe('Function.ResponseSizeTooLarge');
    expect(payloadOf(after)).toBe('xxx');
  });

  it('streams its response piece by piece, with errors in the middle', async () => {
    const functions = up({
      sse: `export const handler = awslambda.streamifyResponse(async (event, stream) => {
        const out = awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers: {} });
        out.write('one'); await new Promise((k) => setTimeout(k, 30));
        if (event.fail) throw new RangeError('half way');
        out.end('two'); });`,
    });

    const result = await functions.invoke(functionArn('sse'), {});
    if (result.kind !== 'stream') throw new Error('not a stream');
    const text = Buffer.concat(await result.body.toArray()).toString();
    const failing = await functions.invoke(functionArn('sse'), { fail: true });
    if (failing.kind !== 'stream') throw new Error('not a stream');

    expect(result.contentType).toBe('application/vnd.awslambda.http-integration-response');
    expect(text).toBe(`{"statusCode":200,"headers":{}}${'\0'.repeat(8)}onetwo`);
    await expect(failing.body.toArray()).rejects.toThrow('RangeError: half way');
  });

  it('runs to its end when the reader of its stream goes away', async () => {
    const functions = up({
      sse: `let ended = 0; export const handler = awslambda.streamifyResponse(async (event, stream) => {
        if (event.ask) return void stream.end(String(ended));
        for (let i = 0; i < 50; i++) { if (!stream.write('x'.repeat(65536))) await new Promise((k) => stream.once('drain', k)); }
        stream.end(); ended += 1; });`,
    });
    const abandoned = await functions.invoke(functionArn('sse'), {});
    if (abandoned.kind !== 'stream') throw new Error('not a stream');

    abandoned.body.destroy();
    const streamed = await functions.invoke(functionArn('sse'), { ask: true });

    if (streamed.kind !== 'stream') throw new Error('not a stream');
    await until('the abandoned run to end', () => logOf('sse').match(/^REPORT/gm)?.length === 2);
    expect(fixture.messages).toEqual([]);
  });
});

describe('a function that cannot start', () => {
  it('reports the fault and the remedy once, while others run', async () => {
    const functions = up(
      {
        syntax: `export const handler = async () => {`,
        nothing: `export const other = 1;`,
        fine: `export const handler = async () => 'fine';`,
      },
      {},
      { initLimitMs: 300_000 },
    );

    const results = await Promise.all(
      ['syntax', 'nothing', 'fine', 'fine'].map((name) => functions.invoke(functionArn(name), {})),
    );

    expect(results.map((result) => (result.kind === 'error' ? result.error.errorType : result.kind))).toEqual(
      ['Runtime.UserCodeSyntaxError', 'Runtime.HandlerNotFound', 'payload', 'payload'],
    );
    expect(fixture.messages.filter((line) => line.includes('syntax does not start'))).toHaveLength(1);
  });

  it('reports that it takes too long', async () => {
    const stuck = `await new Promise(() => setInterval(() => {}, 1000)); export const handler = 1;`;
    const result = await up({ stuck }, {}, { initLimitMs: 700 }).invoke(functionArn('stuck'), {});

    expect(result).toMatchObject({ kind: 'error', error: { errorType: 'Sandbox.Timedout' } });
  });

  it('reports a bundle that is not built with the command that builds it, and runs once it is built', async () => {
    const functions = up(
      { there: `export const handler = async () => 1;` },
      { there: { tags: { NovaFunction: 'absent' } } },
    );

    const missing = await functions.invoke(functionArn('there'), {});
    fixture.bundle('absent', `export const handler = async () => 'built';`);

    expect(errorOf(missing).errorType).toMatch(/ImportModule|MODULE_NOT_FOUND|Runtime/);
    expect(fixture.messages[0]).toMatch(/absent has no bundle at .*index\.mjs: run `make build`/);
    expect(payloadOf(await functions.invoke(functionArn('there'), {}))).toBe('built');
  });

  it('waits while a build replaces its bundle', async () => {
    const functions = up({ f: `export const handler = async () => 'old';` });
    const file = join(fixture.distDirectory, 'f', 'index.mjs');
    rmSync(file);

    const answer = functions.invoke(functionArn('f'), {});
    writeFileSync(file, `export const handler = async () => 'new';`);

    expect(payloadOf(await answer)).toBe('new');
    expect(fixture.messages).toEqual([]);
  });

  it('runs new code after a reload', async () => {
    const functions = up({ f: `export const handler = async () => 'old';` });
    const before = payloadOf(await functions.invoke(functionArn('f'), {}));
    fixture.bundle('f', `export const handler = async () => 'new';`);

    functions.reload('f');

    expect([before, payloadOf(await functions.invoke(functionArn('f'), {}))]).toEqual(['old', 'new']);
  });
});
