import { describe, expect, it } from 'vitest';
import { startGateway } from './gateway.ts';
import { gatewayFixture, payload, resources } from './testing/gateway-fixture.ts';

export const problemOf = async (response: Response | undefined) =>
  (await response?.json()) as Record<string, string>;

const api = gatewayFixture();

describe('a request', () => {
  it('reaches the function as a complete proxy event', async () => {
    await api.up();

    const response = await api.call('/content/a%20b?q=1&q=2', {
      headers: { 'X-Twice': 'one', 'user-agent': 'test' },
    });

    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    const event = api.events[0]?.event as Record<string, never>;
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
        identity: { apiKey: api.key, apiKeyId: expect.any(String), sourceIp: '127.0.0.1', userAgent: 'test' },
        requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      },
    });
    const { multiValueHeaders } = event as unknown as { multiValueHeaders: Record<string, string[]> };
    expect(multiValueHeaders['X-Amzn-Trace-Id']?.[0]).toBe(`Root=${api.events[0]?.traceRoot}`);
    expect(multiValueHeaders['X-Forwarded-For']).toEqual(['127.0.0.1']);
  });

  it('carries bytes as base64 where the API accepts them, in both directions', async () => {
    await api.up();
    api.answer = () => payload({ statusCode: 200, body: 'AQL/', isBase64Encoded: true });

    const response = await api.call('/chat', {
      method: 'GET',
      headers: { accept: 'image/png', 'content-type': 'image/png' },
    });

    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from([1, 2, 255]));
  });

  it('is refused without a known, enabled key, unless the method needs none', async () => {
    await api.up();
    const [, disabled = ''] = [...api.gateway.keyValues.values()];
    const status = async (value: string) =>
      (await fetch(`${api.gateway.url}/v1/content/x?q=1`, { headers: value ? { 'x-api-key': value } : {} }))
        .status;

    expect([await status(''), await status('no'), await status(disabled), await status(api.key)]).toEqual([
      403, 403, 403, 200,
    ]);
    expect((await fetch(`${api.gateway.url}/v1/chat`)).status).toBe(200);
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
    await api.up();

    const response = await api.call(path, { method: verb });

    expect(response.status).toBe(403);
    if (verb !== 'HEAD')
      expect(await response.json()).toMatchObject({ title: 'MISSING_AUTHENTICATION_TOKEN' });
    expect(api.events).toEqual([]);
  });

  it('with an invalid body gets the stack’s own response, with the field', async () => {
    await api.up();

    const missing = await api.post('{}');
    const broken = await api.post('{', { 'content-type': 'text/plain' });

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
    expect(api.events).toEqual([]);
  });

  it('without a required parameter gets its name', async () => {
    await api.up();

    const response = await api.call('/content/x');

    expect([response.status, (await problemOf(response)).detail]).toEqual([
      400,
      'Missing required request parameters: [q]',
    ]);
  });

  it('over 10 MB is refused before it is read, with or without a stated size', async () => {
    await api.up();
    const endless = () => ReadableStream.from(Array.from({ length: 11 }, () => new Uint8Array(1 << 20)));

    const announced = await api.post(new Uint8Array(11 << 20));
    const chunked = await api.call('/chat', {
      method: 'POST',
      body: endless(),
      duplex: 'half',
    } as RequestInit);

    expect([announced.status, chunked.status]).toEqual([413, 413]);
    expect(api.events).toEqual([]);
  });
});

describe('throttling', () => {
  it('answers 600 concurrent requests, some with 429, none with 5xx', async () => {
    // A rate so low that the bucket does not refill while a busy machine serves the requests.
    await api.up({ throttle_settings: { rate_limit: 1, burst_limit: 200 } });

    const statuses = await Promise.all(
      Array.from({ length: 600 }, async () => {
        const response = await api.post('{"message":"hi"}');
        await response.arrayBuffer();
        return response.status;
      }),
    );

    const counts = Map.groupBy(statuses, (status) => status);
    expect([...counts.keys()].toSorted()).toEqual([200, 429]);
    expect(counts.get(200)?.length).toBeGreaterThanOrEqual(200);
  });

  it('limits a key to its quota', async () => {
    await api.up({ quota_settings: { limit: 2, period: 'DAY' } });

    const answers = [
      await api.post('{"message":"a"}'),
      await api.post('{"message":"b"}'),
      await api.post('{"message":"c"}'),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect((await problemOf(answers[2])).title).toBe('QUOTA_EXCEEDED');
  });
});

it('a taken port is reported with the remedy', async () => {
  await api.up();
  const options = {
    stack: api.platform.stack(resources()),
    dataDirectory: api.platform.dataDirectory,
    logger: api.platform.logger,
  };

  const second = startGateway({ ...options, port: api.gateway.port, invoke: async () => payload(null) });

  await expect(second).rejects.toThrow(
    `Port ${api.gateway.port} is taken. Choose another: \`PORT=${api.gateway.port + 1} make dev\`.`,
  );
});
