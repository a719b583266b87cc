import { limits } from '@nova/shared/limits';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../domain/errors.ts';
import { problemOf } from './problem.ts';
import { correlationIdOf, parseRequest } from './request.ts';

const id = '019c0000-0000-7000-8000-000000000000';

function request(
  part: Partial<APIGatewayProxyEvent> = {},
  apiKeyId: string | null = 'tenant',
): APIGatewayProxyEvent {
  return {
    body: null,
    isBase64Encoded: false,
    headers: {},
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    requestContext: { requestId: 'request-1', identity: { apiKeyId } },
    ...part,
  } as APIGatewayProxyEvent;
}

/** The problem that parsing throws. */
function refusal(parse: () => unknown) {
  try {
    parse();
  } catch (error) {
    if (error instanceof DomainError) return problemOf(error, 'c');
    throw error;
  }
  throw new Error('It was accepted');
}

describe('a request', () => {
  it('belongs to the owner of its API key', () => {
    const parsed = parseRequest('chat', request({ body: '{"message":" hi "}' }));

    expect(parsed).toMatchObject({
      tenant: 'tenant',
      body: { message: 'hi' },
      metadata: { actor: 'key:tenant' },
    });
  });

  it('without a key is forbidden', () => {
    expect(refusal(() => parseRequest('listContent', request({}, null)))).toMatchObject({ status: 403 });
  });

  it.each([
    [null, 'body', /is missing/],
    ['', 'body', /is missing/],
    ['{', 'body', /is not JSON/],
    ['[]', 'body', /expected object/],
    ['null', 'body', /expected object/],
    ['{"message":1}', 'message', /expected string/],
    ['{"message":"hi","colour":"red"}', 'colour', /not a field/],
    ['{"message":"hi","contentIds":["x"]}', 'contentIds.0', /UUID/],
    ['{}', 'message', /expected string/],
  ])('with the body %s names the field %s', (body, field, message) => {
    const problem = refusal(() => parseRequest('chat', request({ body })));

    expect(problem).toMatchObject({ status: 400, type: 'invalid-request', errors: [{ field }] });
    expect(problem.detail).toMatch(message);
  });

  it('that is too large is refused before it is parsed', () => {
    const body = `{${' '.repeat(limits.requestBytes)}`;

    expect(refusal(() => parseRequest('chat', request({ body })))).toMatchObject({ status: 413 });
  });

  it('for a route without a body may have an empty one, and no members', () => {
    const parse = (body: string | null) =>
      parseRequest('indexContent', request({ body, pathParameters: { id } }));

    for (const body of [null, '', ' ', '{}']) expect(parse(body).body).toBeOneOf([undefined, {}]);
    expect(refusal(() => parse('{"sources":["media"]}'))).toMatchObject({
      status: 400,
      errors: [{ field: 'sources', message: 'is not a field of this request; leave it out' }],
    });
    expect(refusal(() => parse('['))).toMatchObject({ status: 400, errors: [{ field: 'body' }] });
  });

  it('may begin with a byte order mark', () => {
    expect(parseRequest('chat', request({ body: '\ufeff{"message":"hi"}' })).body.message).toBe('hi');
  });

  it('in another encoding than UTF-8 is refused', () => {
    const body = Buffer.from('{"message":"gr\xfc\xdf"}', 'latin1').toString('base64');

    expect(refusal(() => parseRequest('chat', request({ body, isBase64Encoded: true })))).toMatchObject({
      errors: [{ field: 'body', message: 'is not UTF-8; send JSON in UTF-8' }],
    });
  });

  it.each(['0x10', '1e1', '1.5', ' 1', '', '-1', '0', '101'])('with the limit "%s" is refused', (limit) => {
    const query = request({ queryStringParameters: { limit } });

    expect(refusal(() => parseRequest('listContent', query))).toMatchObject({
      status: 400,
      errors: [{ field: 'limit' }],
    });
  });

  it('may come in base64', () => {
    const body = Buffer.from('{"message":"grüß"}').toString('base64');

    expect(parseRequest('chat', request({ body, isBase64Encoded: true })).body.message).toBe('grüß');
  });

  it('for search needs exactly one of query and contentId', () => {
    for (const body of ['{}', `{"query":"a","contentId":"${id}"}`]) {
      expect(refusal(() => parseRequest('search', request({ body }))).detail).toMatch(/exactly one/);
    }
  });

  it('is refused as not found when its id has the wrong form', () => {
    const sent = request({ pathParameters: { id: '../../etc' } });

    expect(refusal(() => parseRequest('getJob', sent))).toMatchObject({ status: 404 });
  });

  it.each([
    ['createContent', { filename: 'a\ud800.txt', contentType: 'text/plain', bytes: 1 }, 'filename'],
    ['analyze', { contentId: id, questions: ['Who?', '\udc00'] }, 'questions.1'],
    ['search', { query: '\ud83d' }, 'query'],
    ['chat', { message: 'half a smile: \ud83d' }, 'message'],
  ] as const)('for %s with half a surrogate pair in it names the field', (route, body, field) => {
    const problem = refusal(() => parseRequest(route, request({ body: JSON.stringify(body) })));

    expect(problem).toMatchObject({ status: 400, errors: [{ field }] });
    expect(problem.detail).toMatch(/surrogate/);
  });

  it('accepts an id in any case, at any place', () => {
    const upper = id.toUpperCase();
    const body = JSON.stringify({ message: 'hi', sessionId: upper, contentIds: [upper] });

    expect(parseRequest('chat', request({ body })).body).toMatchObject({ sessionId: id, contentIds: [id] });
    expect(parseRequest('getJob', request({ pathParameters: { id: upper } })).id).toBe(id);
  });

  it('gets defaults for missing query parameters, and an error for invalid ones', () => {
    expect(parseRequest('listContent', request()).query).toEqual({ limit: limits.pageSize });
    const sent = request({ queryStringParameters: { limit: '1000' } });
    expect(refusal(() => parseRequest('listContent', sent))).toMatchObject({ errors: [{ field: 'limit' }] });
  });

  it('keeps its whole query as it was sent', () => {
    const multiValueQueryStringParameters = { b: ['2', '1'], a: ['3'] };

    expect(
      parseRequest('chat', request({ body: '{"message":"hi"}', multiValueQueryStringParameters })),
    ).toMatchObject({
      sentQuery: [
        ['a', ['3']],
        ['b', ['2', '1']],
      ],
    });
  });

  it('is parsed or refused with a 4xx, whatever its body', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        try {
          parseRequest('transcribe', request({ body }));
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
          expect((error as DomainError).status).toBeLessThan(500);
        }
      }),
    );
  });
});

describe('the correlation id', () => {
  it('is the caller’s when it is harmless', () => {
    expect(correlationIdOf(request({ headers: { 'X-Correlation-Id': 'abc-1' } }))).toBe('abc-1');
  });

  it('is the id of the request otherwise', () => {
    expect(correlationIdOf(request({ headers: { 'x-correlation-id': 'a\nb' } }))).toBe('request-1');
    expect(correlationIdOf(request())).toBe('request-1');
  });
});

describe('a problem', () => {
  it('reveals no internal error', () => {
    const problem = problemOf(new Error('password is hunter2'), 'c-1');

    expect(problem).toMatchObject({ status: 500, type: 'internal', correlationId: 'c-1' });
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });
});
