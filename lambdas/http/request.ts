import type { EventMetadata } from '@nova/shared/events/index';
import { CorrelationId, Id, IdempotencyKey } from '@nova/shared/ids';
import { limits } from '@nova/shared/limits';
import {
  apiKeyHeader,
  correlationHeader,
  idempotencyHeader,
  type Route,
  type RouteName,
  routes,
} from '@nova/shared/routes';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { v7 as uuid } from 'uuid';
import * as z from 'zod';
import { DomainError } from '../domain/errors.ts';
import { InvalidRequestError, invalidRequest } from './problem.ts';

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;
type Spec<R extends RouteName> = (typeof routes)[R];

/** A request that its route's schemas have accepted. */
export interface ApiRequest<R extends RouteName = RouteName> {
  /** The API key's id, which owns the data. */
  readonly tenant: string;
  readonly correlationId: string;
  readonly body: Output<Spec<R> extends { body: infer B } ? B : undefined>;
  readonly query: Output<Spec<R> extends { query: infer Q } ? Q : undefined>;
  /** All query parameters as they were sent, sorted by name. */
  readonly sentQuery: readonly (readonly [name: string, values: readonly string[] | undefined])[];
  /** `{id}` of the path; empty where the path has none. */
  readonly id: string;
  readonly accept: string;
  /** What the caller makes the request safe to repeat by. */
  readonly idempotencyKey: string | undefined;
  /** Id for what the request makes: the same in every try of a request with an idempotency key. */
  readonly newId: string;
  /** Whether an earlier try of the request may have done it, or a part of it. */
  readonly retried: boolean;
  /** Metadata of the events this request leads to. */
  readonly metadata: EventMetadata;
}

/**
 * The correlation id the caller sent, or else API Gateway's request id.
 * An id that could break a log line is not taken over.
 */
export function correlationIdOf(event: APIGatewayProxyEvent): string {
  const sent = CorrelationId.safeParse(headerOf(event, correlationHeader));
  return sent.success ? sent.data : event.requestContext.requestId;
}

/**
 * The request of a route, checked by its schemas.
 * @throws DomainError `forbidden`, `not-found`, `too-large` or `invalid-request` naming the fields
 */
export function parseRequest<R extends RouteName>(
  name: R,
  event: APIGatewayProxyEvent,
  correlationId = correlationIdOf(event),
): ApiRequest<R> {
  const route: Route = routes[name];
  const tenant = event.requestContext.identity.apiKeyId;
  if (!tenant) throw new DomainError('forbidden', `Send a valid API key in the ${apiKeyHeader} header.`);
  return {
    tenant,
    correlationId,
    id: pathId(event),
    accept: headerOf(event, 'accept') ?? '*/*',
    idempotencyKey: route.method === 'POST' ? idempotencyKeyOf(event) : undefined,
    newId: uuid(),
    retried: false,
    query: parseQuery(route, event),
    sentQuery: Object.entries(event.multiValueQueryStringParameters ?? {}).sort(),
    body: parseBody(route, event),
    metadata: {
      correlationId,
      causationId: event.requestContext.requestId,
      actor: `key:${tenant}`,
    },
  } as ApiRequest<R>;
}

/** A header of a request. @param name in lower case */
export function headerOf(event: APIGatewayProxyEvent, name: string): string | undefined {
  const found = Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return found?.[1];
}

function idempotencyKeyOf(event: APIGatewayProxyEvent): string | undefined {
  const sent = headerOf(event, idempotencyHeader);
  if (sent === undefined) return undefined;
  const parsed = IdempotencyKey.safeParse(sent);
  if (parsed.success) return parsed.data;
  const message = 'must be 1 to 255 visible ASCII characters, such as a random UUID';
  throw new InvalidRequestError([{ field: idempotencyHeader, message }]);
}

/** An id of the wrong form is the id of nothing. */
function pathId(event: APIGatewayProxyEvent): string {
  const id = event.pathParameters?.id;
  if (id === undefined) return '';
  const parsed = Id.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new DomainError(
    'not-found',
    `There is nothing with the id ${id.slice(0, 64)}; ids look like a UUID.`,
  );
}

function parseQuery(route: Route, event: APIGatewayProxyEvent): unknown {
  const sent = event.queryStringParameters ?? {};
  if (!route.query) return undefined;
  const parsed = route.query.safeParse(sent);
  if (!parsed.success) throw invalidRequest(parsed.error, 'query');
  return parsed.data;
}

/** The body of a POST that has none. */
const nothing = z.strictObject({});

function parseBody(route: Route, event: APIGatewayProxyEvent): unknown {
  const schema = route.bodyRule ?? route.body;
  if (!schema && route.method !== 'POST') return undefined;
  const text = bodyText(event);
  if (!schema && text.trim() === '') return undefined;
  // What is sent where nothing is asked for would be lost without a word.
  const parsed = (schema ?? nothing).safeParse(parseJson(text));
  if (!parsed.success) throw invalidRequest(parsed.error, 'body');
  return parsed.data;
}

/** The text of the body, without a byte order mark: some programs write one although JSON has none (RFC 8259 §8.1). */
function bodyText(event: APIGatewayProxyEvent): string {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > limits.requestBytes) {
    throw new DomainError('too-large', `body: ${bytes.length} bytes; send at most ${limits.requestBytes}.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidRequestError([{ field: 'body', message: 'is not UTF-8; send JSON in UTF-8' }]);
  }
}

function parseJson(text: string): unknown {
  if (text.trim() === '') {
    throw new InvalidRequestError([{ field: 'body', message: 'is missing; send a JSON object' }]);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `is not JSON: ${(error as SyntaxError).message}`;
    throw new InvalidRequestError([{ field: 'body', message }]);
  }
}
