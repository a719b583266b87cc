import { CorrelationId, Id, IdempotencyKey } from '@nova/shared/ids';
import { limits } from '@nova/shared/limits';
import { toMediaType } from '@nova/shared/media-types';
import { type RouteName, routeNames, routes } from '@nova/shared/routes';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectLinearOf } from '../testing/linear-work.ts';
import { retryAfterMs } from '../webhooks/retry-after.ts';
import { failure } from './api.ts';
import { parseRequest } from './request.ts';

/** Whatever a request holds, it is parsed in time linear in its bytes, and refused with an answer of bounded size. */

const id = '019c0000-0000-7000-8000-000000000000';

const event = (name: RouteName, part: Partial<APIGatewayProxyEvent>) =>
  ({
    ...{ httpMethod: routes[name].method, resource: routes[name].path, headers: {} },
    pathParameters: { id },
    requestContext: { requestId: 'r', identity: { apiKeyId: 't' } },
    ...part,
  }) as unknown as APIGatewayProxyEvent;

const withBody = routeNames.filter((name) => 'body' in routes[name]);
const withQuery = routeNames.filter((name) => 'query' in routes[name]);

/** Pieces of JSON, of names of fields, and of their values. */
const pieces = [
  '[',
  '{',
  '{"a":',
  ']',
  '}',
  ',',
  '"',
  '\\u0000',
  '1',
  '1e',
  '-',
  '{"__proto__":',
  '"message":',
  ' ',
];

/** JSON of any depth and width, up to a number of bytes. */
const values = fc.oneof(
  fc.nat({ max: limits.requestBytes / 2 - 1 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc
    .nat({ max: Math.floor(limits.requestBytes / 12) })
    .map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
  fc.nat({ max: 20_000 }).map((count) => JSON.stringify(Array.from({ length: count }, (_, n) => n))),
  fc
    .nat({ max: 20_000 })
    .map((count) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n]))),
    ),
  fc.nat({ max: limits.requestBytes - 20 }).map((length) => JSON.stringify('x'.repeat(length))),
  fc.constantFrom(
    'null',
    '1e999',
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
  ),
);
const fields = [
  'message',
  'contentIds',
  'contentId',
  'questions',
  'detect',
  'webhook',
  'filter',
  'parts',
  '__proto__',
  'k',
];
const bodies = fc.oneof(
  values,
  fc.tuple(fc.constantFrom(...fields), values).map(([field, value]) => `{${JSON.stringify(field)}:${value}}`),
  fc.nat({ max: limits.requestBytes - 20 }).map((length) => `{"${'k'.repeat(length)}":0}`),
);

describe('the body of a request', () => {
  it.each(withBody)('of %s is parsed in time linear in its length', (name) =>
    expectLinearOf((body) => parseRequest(name, event(name, { body })), pieces, {
      size: limits.requestBytes / 8,
      numRuns: 15,
    }),
  );

  it.each(withBody)('of %s that is refused, whatever it holds, gets a short answer', (name) => {
    fc.assert(
      fc.property(bodies, (body) => {
        try {
          parseRequest(name, event(name, { body }));
        } catch (error) {
          const { statusCode, body: answer } = failure(error, 'c');
          expect([400, 413]).toContain(statusCode);
          expect(answer.length).toBeLessThan(16 * 1024);
        }
        expect(Object.prototype).not.toHaveProperty('polluted');
      }),
      { numRuns: 60, seed: 17 },
    );
  });
});

/** Starts and pieces of everything that is read by a pattern: ids, dates, types, names, tags, addresses, cursors. */
const patternPieces = [
  'a',
  '-',
  '0',
  ' ',
  'GMT',
  ',',
  ';',
  '/',
  '.',
  ':',
  '%',
  '@',
  'a,',
  '-a',
  '(',
  ')',
  '\t',
  '#',
  '[',
  'é',
];

describe('a value that is read by a pattern takes time linear in its length', () => {
  it.each([
    ['an id', (text: string) => Id.safeParse(text)],
    ['a correlation id', (text: string) => CorrelationId.safeParse(text)],
    ['an idempotency key', (text: string) => IdempotencyKey.safeParse(text)],
    ['a content type', (text: string) => toMediaType(text)],
    ['Retry-After', (text: string) => retryAfterMs(text, 0)],
    ['Retry-After with a date', (text: string) => retryAfterMs(`Mon, ${text} GMT`, 0)],
  ])('%s', (_, read) => expectLinearOf(read, patternPieces, { size: 32 * 1024, numRuns: 30 }));

  it.each(withQuery)('each parameter of %s', (name) => {
    const names = Object.keys((routes[name] as unknown as { query: { shape: object } }).query.shape);
    const read = (text: string) =>
      parseRequest(
        name,
        event(name, { queryStringParameters: Object.fromEntries(names.map((one) => [one, text])) }),
      );
    return expectLinearOf(read, patternPieces, { size: 8 * 1024, numRuns: 20 });
  });

  it.each(withBody)('each field of %s', (name) => {
    const shape = (routes[name] as unknown as { body: { shape: object } }).body.shape;
    const read = (text: string) => {
      const webhook = { url: `https://a.b/${text}`, secret: `whsec_${text}` };
      const body = { ...Object.fromEntries(Object.keys(shape).map((field) => [field, text])), webhook };
      return parseRequest(name, event(name, { body: JSON.stringify(body) }));
    };
    return expectLinearOf(read, patternPieces, { size: 3 * 1024, numRuns: 20 });
  });
});
