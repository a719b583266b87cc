import type { Problem } from '@nova/shared/api/common';
import {
  correlationHeader,
  crossOriginHeaders,
  heldHeader,
  type RouteName,
  routeNames,
  routes,
} from '@nova/shared/routes';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type * as z from 'zod';
import { DomainError } from '../domain/errors.ts';
import { follow, logger } from '../runtime/instrumentation.ts';
import { tagged } from './entity-tag.ts';
import type { Idempotency } from './idempotency/idempotency.ts';
import { problemHeaders, problemOf } from './problem.ts';
import { type ApiRequest, correlationIdOf, headerOf, parseRequest } from './request.ts';

type Answer<R extends RouteName> = (typeof routes)[R]['success']['body'] extends infer S
  ? S extends z.ZodType
    ? z.input<S>
    : undefined
  : never;

/** An answer in one of the route's texts. */
export class TextAnswer {
  readonly mediaType: string;
  readonly text: string;

  constructor(mediaType: string, text: string) {
    this.mediaType = mediaType;
    this.text = text;
  }
}

/** A handler for each route: checked request in, success body out. It refuses by throwing a DomainError. */
export type RouteHandlers<R extends RouteName> = {
  readonly [K in R]: (request: ApiRequest<K>, context: Context) => Promise<Answer<K> | TextAnswer>;
};

/**
 * The API side of a function: finds the route, parses, answers with the route's success status, and turns every error
 * into problem+json (RFC 9457). Never throws. A request with an Idempotency-Key is done once.
 * @param pageOrigin whose pages may read the answers; `*` for any, `none` for none
 */
export function apiHandler<R extends RouteName>(
  handlers: RouteHandlers<R>,
  idempotency: Idempotency,
  pageOrigin: string,
): (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult> {
  const answer = async (event: APIGatewayProxyEvent, context: Context) => {
    const correlationId = correlationIdOf(event);
    try {
      const { name, request } = receive(event, Object.keys(handlers) as R[], correlationId);
      const { answer: body } = await idempotency.run(name, request, context, (same) =>
        handlers[name](same, context),
      );
      const response = success(name, correlationId, body);
      return routes[name].method === 'GET' ? tagged(response, headerOf(event, heldHeader)) : response;
    } catch (error) {
      return failure(error, correlationId);
    }
  };
  return async (event, context) => forPages(await answer(event, context), pageOrigin);
}

/** A response that pages of an origin may read. */
export const forPages = (response: APIGatewayProxyResult, origin: string): APIGatewayProxyResult => ({
  ...response,
  headers: { ...response.headers, ...crossOriginHeaders(origin) },
});

/**
 * The checked request of one of the function's routes; from here on every log line carries its correlation id.
 * @throws DomainError as {@link parseRequest} does, or when the function has no such route
 */
export function receive<R extends RouteName>(
  event: APIGatewayProxyEvent,
  known: readonly R[],
  correlationId: string,
): { readonly name: R; readonly request: ApiRequest<R> } {
  follow({ correlationId });
  const name = routeOf(event, known);
  const request = parseRequest(name, event, correlationId);
  follow({ correlationId, tenant: request.tenant });
  return { name, request };
}

/** The route of a proxy event. API Gateway sends no others, unless infrastructure and bundle are out of step. */
function routeOf<R extends RouteName>(event: APIGatewayProxyEvent, known: readonly R[]): R {
  const name = known.find((r) => routes[r].method === event.httpMethod && routes[r].path === event.resource);
  if (name) return name;
  const elsewhere = routeNames.some((r) => routes[r].path === event.resource);
  const detail = `${event.httpMethod} ${event.resource} is not part of this API; see GET /openapi.json.`;
  throw new DomainError(elsewhere ? 'method-not-allowed' : 'not-found', detail);
}

/** The response of a route that succeeded. */
export function success(name: RouteName, correlationId: string, body: unknown): APIGatewayProxyResult {
  const { status } = routes[name].success;
  const headers = { [correlationHeader]: correlationId };
  if (body === undefined) return { statusCode: status, headers, body: '' };
  const isText = body instanceof TextAnswer;
  return {
    statusCode: status,
    headers: { ...headers, 'content-type': isText ? `${body.mediaType}; charset=utf-8` : 'application/json' },
    body: isText ? body.text : JSON.stringify(body),
  };
}

/** The response to a request that failed: problem+json. */
export function failure(error: unknown, correlationId: string): APIGatewayProxyResult {
  const problem = reportedProblem(error, correlationId);
  return {
    statusCode: problem.status,
    headers: problemHeaders(error, correlationId),
    body: JSON.stringify(problem),
  };
}

/** The problem document of an error; an unexpected error is logged, since its cause is not sent to the caller. */
export function reportedProblem(error: unknown, correlationId: string): Problem {
  if (!(error instanceof DomainError)) logger.error('The request failed', error as Error);
  return problemOf(error, correlationId);
}
