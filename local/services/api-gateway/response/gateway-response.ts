import type { ApiDefinition } from '../definition/api.ts';
import { type ResponseType, responseTypes } from '../definition/gateway-responses.ts';
import { type RequestContext, requestContextOf } from '../request/context.ts';
import { headerOf } from '../request/request.ts';
import type { ProxyResponse } from './proxy-response.ts';
import { type ContextValues, render, valueAt } from './template.ts';

/** The facts of a problem beyond its type. */
export interface ProblemFacts {
  /** The message for the client; the type's own by default. */
  readonly message?: string;
  /** The finding of a validator: `[object has missing required properties (["a"])]`. */
  readonly validationError?: string;
  /** For the access log and the terminal, not for the client. */
  readonly detail?: string;
}

/** A request that API Gateway answers itself. */
export class GatewayProblem extends Error {
  override readonly name = 'GatewayProblem';
  readonly type: ResponseType;
  readonly validationError: string | undefined;
  readonly detail: string | undefined;

  constructor(type: ResponseType, { message, validationError, detail }: ProblemFacts = {}) {
    super(message ?? responseTypes[type].message);
    this.type = type;
    this.validationError = validationError;
    this.detail = detail;
  }
}

/** `$context` as a gateway response sees it. */
const problemValues = (
  api: ApiDefinition,
  context: RequestContext,
  problem: GatewayProblem,
): ContextValues => ({
  ...requestContextOf(api, context),
  error: {
    message: problem.message,
    messageString: JSON.stringify(problem.message),
    responseType: problem.type,
    validationErrorString: problem.validationError,
  },
});

/**
 * The answer to a problem, in the form the stack gives it.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export function gatewayResponse(
  api: ApiDefinition,
  context: RequestContext,
  problem: GatewayProblem,
): ProxyResponse {
  const { status, error } = responseTypes[problem.type];
  const fallback = api.responses.get(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const chosen = api.responses.get(problem.type) ?? fallback;
  const values = problemValues(api, context, problem);
  const contentType = chosen?.contentType ?? 'application/json';
  const template = chosen?.template ?? '{"message":$context.error.messageString}';
  const headers = new Headers({ 'content-type': contentType, 'x-amzn-errortype': error });
  for (const [name, source] of Object.entries(chosen?.headers ?? {})) {
    const value = headerValue(source, context, values);
    if (value !== undefined) headers.set(name, value);
  }
  return {
    status: chosen?.status ?? fallback?.status ?? status,
    headers,
    body: Buffer.from(render(template, values, '', contentType === 'application/json')),
  };
}

/** `'text'`, `context.requestId`, `method.request.header.X` or `method.request.querystring.x`. */
function headerValue(source: string, { request }: RequestContext, values: ContextValues): string | undefined {
  const text = /^'(.*)'$/.exec(source)?.[1];
  if (text !== undefined) return text;
  const [, kind, name = ''] =
    /^(context|method\.request\.header|method\.request\.querystring)\.(.+)$/.exec(source) ?? [];
  if (kind === 'context') return valueAt(values, name)?.toString();
  if (kind === 'method.request.header') return headerOf(request.headers, name);
  return request.query.get(name) ?? undefined;
}
