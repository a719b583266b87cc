// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform writes its expressions so
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InvokeResult } from '../../contracts.ts';
import { type PlatformFixture, platformFixture, until } from '../../testing/platform-fixture.ts';
import { type Gateway, startGateway } from './gateway.ts';
import type { Invocation } from './pipeline.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const at = (id: string) => ({ rest_api_id: '${aws_api_gateway_rest_api.api.id}', resource_id: id });
const problem = (detail: string) =>
  `{"title":"${detail}","detail":"$context.error.validationErrorString","id":"$context.requestId"}`;

/** A method and its integration. */
const method = (resource: string, httpMethod: string, more: object = {}, integration: object = {}) => ({
  method: {
    ...at(resource),
    http_method: httpMethod,
    authorization: 'NONE',
    api_key_required: true,
    ...more,
  },
  integration: {
    ...at(resource),
    http_method: httpMethod,
    type: 'AWS_PROXY',
    uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
    ...integration,
  },
});
const streaming = {
  uri: `arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/${functionArn}/response-streaming-invocations`,
};
const parts = {
  chat: method('${aws_api_gateway_resource.chat.id}', 'POST', {
    request_validator_id: '${aws_api_gateway_request_validator.v.id}',
    request_models: { $default: '${aws_api_gateway_model.m.name}' },
  }),
  item: method('${aws_api_gateway_resource.id.id}', 'GET', {
    request_validator_id: '${aws_api_gateway_request_validator.v.id}',
    request_parameters: { 'method.request.querystring.q': true },
  }),
  slow: method('${aws_api_gateway_resource.chat.id}', 'DELETE', {}, { timeout_milliseconds: 60 }),
  open: method('${aws_api_gateway_resource.chat.id}', 'GET', { api_key_required: false }),
  stream: method('${aws_api_gateway_resource.stream.id}', 'ANY', {}, streaming),
};
const resources = (plan: object = {}) => ({
  aws_api_gateway_rest_api: { api: { name: 'api', binary_media_types: ['image/*'] } },
  aws_api_gateway_resource: {
    chat: { parent_id: '${aws_api_gateway_rest_api.api.root_resource_id}', path_part: 'chat' },
    content: { parent_id: '${aws_api_gateway_rest_api.api.root_resource_id}', path_part: 'content' },
    id: { parent_id: '${aws_api_gateway_resource.content.id}', path_part: '{id}' },
    stream: { parent_id: '${aws_api_gateway_rest_api.api.root_resource_id}', path_part: 'stream' },
  },
  aws_api_gateway_method: Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, part.method]),
  ),
  aws_api_gateway_integration: Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, part.integration]),
  ),
  aws_api_gateway_model: {
    m: {
      name: 'M',
      schema: '{"type":"object","required":["message"],"properties":{"message":{"type":"string"}}}',
    },
  },
  aws_api_gateway_request_validator: {
    v: { validate_request_body: true, validate_request_parameters: true },
  },
  aws_api_gateway_deployment: { d: {} },
  aws_api_gateway_stage: {
    s: {
      rest_api_id: '${aws_api_gateway_rest_api.api.id}',
      stage_name: 'v1',
      deployment_id: '${aws_api_gateway_deployment.d.id}',
      access_log_settings: {
        format:
          '{"route":"$context.resourcePath","status":"$context.status","why":"$context.error.responseType"}',
      },
    },
  },
  aws_api_gateway_api_key: { dev: { name: 'dev' }, off: { name: 'off', enabled: false } },
  aws_api_gateway_usage_plan: {
    p: { api_stages: [{ api_id: '${aws_api_gateway_rest_api.api.id}', stage: 'v1' }], ...plan },
  },
  aws_api_gateway_usage_plan_key: {
    dev: { key_id: '${aws_api_gateway_api_key.dev.id}', usage_plan_id: '${aws_api_gateway_usage_plan.p.id}' },
    off: { key_id: '${aws_api_gateway_api_key.off.id}', usage_plan_id: '${aws_api_gateway_usage_plan.p.id}' },
  },
  aws_api_gateway_gateway_response: {
    body: {
      response_type: 'BAD_REQUEST_BODY',
      response_templates: { 'application/json': problem('bad body') },
      response_parameters: {
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
        'gatewayresponse.header.x-id': 'context.requestId',
      },
    },
    other: {
      response_type: 'DEFAULT_4XX',
      response_templates: { 'application/json': problem('$context.error.responseType') },
    },
  },
});

let fixture: PlatformFixture;
let gateway: Gateway;
let key: string;
let events: Invocation[];
let answer: (invocation: Invocation) => Promise<InvokeResult> | InvokeResult;

const payload = (value: unknown): InvokeResult => ({ kind: 'payload', payload: value });
const head = (value: object) => Buffer.from(`${JSON.stringify(value)}${'\0'.repeat(8)}`);

beforeEach(() => {
  fixture = platformFixture();
  events = [];
  answer = () => payload({ statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' });
});
afterEach(async () => {
  await gateway.close();
  fixture.dispose();
});

async function up(plan: object = {}, more: object = {}): Promise<void> {
  gateway = await startGateway({
    stack: fixture.stack({ ...resources(plan), ...more }),
    dataDirectory: fixture.dataDirectory,
    port: 0,
    logger: fixture.logger,
    invoke: async (invocation) => {
      events.push(invocation);
      return answer(invocation);
    },
  });
  key = [...gateway.keyValues.values()][0] ?? '';
}

const call = (path: string, init: RequestInit = {}) =>
  fetch(`${gateway.url}/v1${path}`, { ...init, headers: { 'x-api-key': key, ...init.headers } });
const problemOf = async (response: Response | undefined) =>
  (await response?.json()) as Record<string, string>;
const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  call('/chat', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

describe('a request', () => {
  it('reaches the function as a complete proxy event', async () => {
    await up();

    const response = await call('/content/a%20b?q=1&q=2', {
      headers: { 'X-Twice': 'one', 'user-agent': 'test' },
    });

    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    const event = events[0]?.event as Record<string, never>;
    expect(event).toMatchObject({
      resource: '/content/{id}',
      path: '/content/a%20b',
      httpMethod: 'GET',
      pathParameters: { id: 'a b' },
      queryStringParameters: { q: '2' },
      multiValueQueryStringParameters: { q: ['1', '2'] },
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
      requestContext: {
        stage: 'v1',
        path: '/v1/content/a%20b',
        resourcePath: '/content/{id}',
        requestId: response.headers.get('x-amzn-requestid'),
        accountId: '000000000000',
        identity: { apiKey: key, apiKeyId: expect.any(String), sourceIp: '127.0.0.1', userAgent: 'test' },
        requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      },
    });
    const { multiValueHeaders } = event as unknown as { multiValueHeaders: Record<string, string[]> };
    expect(multiValueHeaders['X-Amzn-Trace-Id']?.[0]).toBe(`Root=${events[0]?.traceRoot}`);
    expect(multiValueHeaders['X-Forwarded-For']).toEqual(['127.0.0.1']);
  });

  it('carries bytes as base64 where the API accepts them, in both directions', async () => {
    await up();
    answer = () => payload({ statusCode: 200, body: 'AQL/', isBase64Encoded: true });

    const response = await call('/chat', {
      method: 'GET',
      headers: { accept: 'image/png', 'content-type': 'image/png' },
    });

    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from([1, 2, 255]));
  });

  it('is refused without a known, enabled key, unless the method needs none', async () => {
    await up();
    const [, disabled = ''] = [...gateway.keyValues.values()];
    const status = async (value: string) =>
      (await fetch(`${gateway.url}/v1/content/x?q=1`, { headers: value ? { 'x-api-key': value } : {} }))
        .status;

    expect([await status(''), await status('no'), await status(disabled), await status(key)]).toEqual([
      403, 403, 403, 200,
    ]);
    expect((await fetch(`${gateway.url}/v1/chat`)).status).toBe(200);
  });

  it.each([
    ['/nowhere', 'GET'],
    ['/content', 'GET'],
    ['/chat/more', 'POST'],
    ['/chat', 'PUT'],
    ['/content/x', 'HEAD'],
    ['/content/x', 'OPTIONS'],
    ['/content//', 'GET'],
  ])('to %s by %s, which is not a route, gets API Gateway’s own error', async (path, verb) => {
    await up();

    const response = await call(path, { method: verb });

    expect(response.status).toBe(403);
    if (verb !== 'HEAD')
      expect(await response.json()).toMatchObject({ title: 'MISSING_AUTHENTICATION_TOKEN' });
    expect(events).toEqual([]);
  });

  it('with an invalid body gets the stack’s own response, with the field', async () => {
    await up();

    const missing = await post('{}');
    const broken = await post('{', { 'content-type': 'text/plain' });

    expect([missing.status, missing.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(await missing.json()).toEqual({
      title: 'bad body',
      detail: '[object has missing required properties (["message"])]',
      id: missing.headers.get('x-id'),
    });
    expect([broken.status, (await problemOf(broken)).detail]).toEqual([
      400,
      expect.stringContaining('not JSON'),
    ]);
    expect(events).toEqual([]);
  });

  it('without a required parameter gets its name', async () => {
    await up();

    const response = await call('/content/x');

    expect([response.status, (await problemOf(response)).detail]).toEqual([
      400,
      'Missing required request parameters: [q]',
    ]);
  });

  it('over 10 MB is refused before it is read, with or without a stated size', async () => {
    await up();
    const endless = () => ReadableStream.from(Array.from({ length: 11 }, () => new Uint8Array(1 << 20)));

    const announced = await post(new Uint8Array(11 << 20));
    const chunked = await call('/chat', { method: 'POST', body: endless(), duplex: 'half' } as RequestInit);

    expect([announced.status, chunked.status]).toEqual([413, 413]);
    expect(events).toEqual([]);
  });
});

describe('throttling', () => {
  it('answers 600 concurrent requests, some with 429, none with 5xx', async () => {
    // A rate so low that the bucket does not refill while a busy machine serves the requests.
    await up({ throttle_settings: { rate_limit: 1, burst_limit: 200 } });

    const statuses = await Promise.all(
      Array.from({ length: 600 }, async () => {
        const response = await post('{"message":"hi"}');
        await response.arrayBuffer();
        return response.status;
      }),
    );

    const counts = Map.groupBy(statuses, (status) => status);
    expect([...counts.keys()].toSorted()).toEqual([200, 429]);
    expect(counts.get(200)?.length).toBeGreaterThanOrEqual(200);
  });

  it('limits a key to its quota', async () => {
    await up({ quota_settings: { limit: 2, period: 'DAY' } });

    const answers = [
      await post('{"message":"a"}'),
      await post('{"message":"b"}'),
      await post('{"message":"c"}'),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect((await problemOf(answers[2])).title).toBe('QUOTA_EXCEEDED');
  });
});

describe('a response', () => {
  it.each([
    [
      'an error of the function',
      { kind: 'error', error: { errorType: 'TypeError', errorMessage: 'secret' } } as const,
    ],
    ['no proxy response', payload({ status: 'ok' })],
    ['a header no header can be', payload({ statusCode: 200, headers: { 'a\nb': 'c' } })],
  ])('that is %s becomes a 502 without details', async (_, result) => {
    await up();
    answer = () => result;

    const response = await call('/chat');

    expect(response.status).toBe(502);
    expect(await response.text()).toBe('{"message":"Internal server error"}');
  });

  it('that takes too long becomes a 504', async () => {
    await up();
    answer = ({ signal }) => delay(5000, payload({ statusCode: 200 }), { signal });

    const response = await call('/chat', { method: 'DELETE' });

    expect([response.status, await response.text()]).toEqual([
      504,
      '{"message":"Endpoint request timed out"}',
    ]);
  });

  it('is written to the access log in the stage’s format', async () => {
    await up();
    await call('/content/x?q=1');
    await call('/nowhere');

    const lines = readFileSync(join(fixture.dataDirectory, 'logs', 'access.log'), 'utf8')
      .trim()
      .split('\n');

    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { route: '/content/{id}', status: '200', why: '-' },
      { route: '-', status: '403', why: 'MISSING_AUTHENTICATION_TOKEN' },
    ]);
  });
});

describe('a streamed response', () => {
  it('is sent as the function writes it', async () => {
    await up();
    const body = new PassThrough();
    answer = () => ({ kind: 'stream', contentType: 'x', body });
    body.write(head({ statusCode: 202, headers: { 'content-type': 'text/event-stream' } }));

    const response = await call('/stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    body.write('data: one\n\n');
    const first = await reader?.read();
    body.end('data: two\n\n');
    const second = await reader?.read();

    expect([response.status, response.headers.get('content-type')]).toEqual([202, 'text/event-stream']);
    expect([first?.value, second?.value]).toEqual(['data: one\n\n', 'data: two\n\n']);
  });

  it('waits for a slow client', async () => {
    await up();
    let sent = 0;
    const source = Readable.from(
      (function* () {
        yield head({ statusCode: 200 });
        for (; sent < 2000; sent++) yield Buffer.alloc(65_536);
      })(),
    );
    answer = () => ({ kind: 'stream', contentType: 'x', body: source });
    const { hostname, port } = new URL(gateway.url);
    const slow = request({ hostname, port, path: '/v1/stream', headers: { 'x-api-key': key } });
    slow.on('error', () => {});
    slow.end();

    const before = await new Promise<number>((resolve) => {
      slow.on('response', async () => resolve(await settled(() => sent)));
    });
    slow.destroy();

    expect(before).toBeLessThan(1000);
    await until('the source to be let go', () => source.destroyed);
  });

  it('that breaks off breaks off for the client too', async () => {
    await up();
    const body = new PassThrough();
    answer = () => ({ kind: 'stream', contentType: 'x', body });
    body.write(head({ statusCode: 200 }));

    const response = await call('/stream');
    body.write('half');
    body.destroy(new Error('the function ended'));

    await expect(response.text()).rejects.toThrow();
    expect(fixture.messages.join()).toMatch(/stream broke off: the function ended/);
  });

  it('is refused by an integration of the other kind', async () => {
    await up();
    answer = () => ({ kind: 'stream', contentType: 'x', body: Readable.from(['x']) });
    const buffered = await call('/chat');
    answer = () => payload({ statusCode: 200 });
    const streamed = await call('/stream');

    expect([buffered.status, streamed.status]).toEqual([502, 502]);
  });
});

it('a taken port is reported with the remedy', async () => {
  await up();
  const options = {
    stack: fixture.stack(resources()),
    dataDirectory: fixture.dataDirectory,
    logger: fixture.logger,
  };

  const second = startGateway({ ...options, port: gateway.port, invoke: async () => payload(null) });

  await expect(second).rejects.toThrow(
    `Port ${gateway.port} is taken. Choose another: \`PORT=${gateway.port + 1} make dev\`.`,
  );
});

/** The value once it no longer changes. */
async function settled(look: () => number): Promise<number> {
  let last = -1;
  for (let rounds = 0; rounds < 100 && last !== look(); rounds++) {
    last = look();
    await delay(50);
  }
  return last;
}
