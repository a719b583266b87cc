import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { FunctionError, InvokeResult } from '../../contracts.ts';
import type { ApiKeys } from './access/api-keys.ts';
import type { Quotas } from './access/quotas.ts';
import type { Throttles } from './access/throttles.ts';
import type { ApiDefinition } from './definition/api.ts';
import type { FunctionMethod, Method } from './definition/methods.ts';
import { type Match, matchPath } from './definition/tree.ts';
import type { RequestContext } from './request/context.ts';
import { isBinary, proxyEvent } from './request/proxy-event.ts';
import { type GatewayRequest, headerOf, mediaTypeOf, missingParameters } from './request/request.ts';
import { compressed } from './response/compressed.ts';
import { GatewayProblem } from './response/gateway-response.ts';
import {
  MalformedResponseError,
  type ProxyResponse,
  parseProxyResponse,
  parseStreamedResponse,
} from './response/proxy-response.ts';

export interface Invocation {
  readonly functionArn: string;
  readonly event: unknown;
  readonly signal: AbortSignal;
  readonly traceRoot: string;
  /** Id of the caller's API key; empty without one. */
  readonly apiKey: string;
  /** ARN of the method, which the function's permission must name. */
  readonly sourceArn: string;
}

export interface Pipeline {
  readonly api: ApiDefinition;
  readonly keys: ApiKeys;
  readonly throttles: Throttles;
  readonly quotas: Quotas;
  readonly invoke: (invocation: Invocation) => Promise<InvokeResult>;
}

export interface Routed {
  readonly method: Method;
  readonly match: Match<Method>;
}

/**
 * Finds the method of a request and checks whether it may be called: everything that needs no body.
 * @throws GatewayProblem
 */
export function admit(pipeline: Pipeline, context: RequestContext): Routed {
  const routed = route(pipeline.api, context);
  const { method, match } = routed;
  context.resourceId = match.node.resourceId;
  context.resourcePath = match.node.path;
  const value = headerOf(context.request.headers, 'x-api-key');
  const known = pipeline.keys.find(value);
  if (known && value) context.key = { key: known.key, value };
  if (method.keyRequired && !known) throw new GatewayProblem('INVALID_API_KEY');
  const { httpMethod } = context.request;
  const request = { key: known?.key, plan: known?.plan, resourcePath: match.node.path, httpMethod };
  if (!pipeline.throttles.admit(request)) throw new GatewayProblem('THROTTLED');
  if (known && !pipeline.quotas.admit(known.key.id, known.plan.quota))
    throw new GatewayProblem('QUOTA_EXCEEDED');
  return routed;
}

function route(api: ApiDefinition, { request }: RequestContext): Routed {
  const [stage, ...segments] = decoded(request.path.replace(/^\//, '').replace(/(?<=.)\/$/, ''));
  const match = stage === api.stage ? matchPath(api.root, segments) : undefined;
  const method = match?.node.methods.get(request.httpMethod) ?? match?.node.methods.get('ANY');
  // API Gateway's name for an unknown path or method.
  if (!match || !method) throw new GatewayProblem('MISSING_AUTHENTICATION_TOKEN');
  return { match, method };
}

function decoded(path: string): string[] {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    throw new GatewayProblem('DEFAULT_4XX', { message: 'The path is not well-formed' });
  }
}

/**
 * Checks a request's parameters and body, runs the function and reads its answer.
 * @throws GatewayProblem
 */
export async function integrate(
  pipeline: Pipeline,
  context: RequestContext,
  request: GatewayRequest,
  { method, match }: Routed,
): Promise<ProxyResponse> {
  const { api } = pipeline;
  validate(method, request, match.parameters);
  if ('mock' in method) return { ...method.mock, headers: new Headers(method.mock.headers), body: null };
  const limit = new TimeLimit(method.timeoutMs);
  try {
    const invocation = pipeline.invoke({
      functionArn: method.functionArn,
      event: proxyEvent(api, context, request, match.parameters),
      signal: limit.signal,
      traceRoot: context.traceRoot,
      apiKey: context.key?.key.id ?? '',
      sourceArn: `arn:aws:execute-api:${api.region}:${api.accountId}:${api.apiId}/${api.stage}/${request.httpMethod}${match.node.path}`,
    });
    const result = await Promise.race([invocation, limit.expiry]);
    if (result.kind === 'stream') limit.hold(result.body);
    const response = await answer(result, method, wantsBytes(request, api));
    return await compressed(
      response,
      headerOf(request.headers, 'accept-encoding'),
      api.minimumCompressionBytes,
    );
  } catch (error) {
    if (error instanceof GatewayProblem) throw error;
    const detail = `the answer is no proxy response: ${(error as Error).message}`;
    throw new GatewayProblem('DEFAULT_5XX', { detail });
  } finally {
    limit.release();
  }
}

/** The time an integration has, from its start to the end of its answer. */
class TimeLimit {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly expiry: Promise<never>;
  #held: Readable | undefined;

  constructor(ms: number) {
    this.#timer = setTimeout(() => this.#controller.abort(), ms);
    this.expiry = new Promise((_, reject) => {
      const expire = () => reject(new GatewayProblem('INTEGRATION_TIMEOUT'));
      this.signal.addEventListener('abort', expire, { once: true });
    });
    this.expiry.catch(() => {});
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Extends the limit to the end of a stream; the stream is destroyed when the limit expires. */
  hold(body: Readable): void {
    this.#held = body;
    const end = () => body.destroy(new Error('The integration took too long'));
    this.signal.addEventListener('abort', end, { once: true });
    body.once('close', () => clearTimeout(this.#timer));
  }

  release(): void {
    if (!this.#held || this.#held.destroyed) clearTimeout(this.#timer);
  }
}

function validate(method: Method, request: GatewayRequest, path: Readonly<Record<string, string>>): void {
  const missing = missingParameters(method.requiredParameters, request, path);
  if (missing.length > 0) {
    const message = `Missing required request parameters: [${missing.join(', ')}]`;
    throw new GatewayProblem('BAD_REQUEST_PARAMETERS', { message, validationError: message });
  }
  const validator = method.validator(mediaTypeOf(headerOf(request.headers, 'content-type')));
  if (!validator) return;
  // Without a byte order mark.
  const validationError = isUtf8(request.body)
    ? validator(new TextDecoder().decode(request.body))
    : '[the body is not UTF-8]';
  if (validationError !== undefined) throw new GatewayProblem('BAD_REQUEST_BODY', { validationError });
}

async function answer(result: InvokeResult, method: FunctionMethod, bytes: boolean): Promise<ProxyResponse> {
  if (result.kind === 'error') throw functionProblem(result.error);
  if (!method.streams && result.kind === 'stream') {
    result.body.destroy();
    throw new MalformedResponseError('the function streams, but its integration does not');
  }
  if (result.kind === 'payload') {
    if (method.streams)
      throw new MalformedResponseError('the integration streams, but the function does not');
    return parseProxyResponse(result.payload, bytes);
  }
  return parseStreamedResponse(result.body);
}

/** The problem of a function that gave no answer. */
function functionProblem({ errorType, errorMessage }: FunctionError): GatewayProblem {
  if (errorType === 'RequestTooLargeException') return new GatewayProblem('REQUEST_TOO_LARGE');
  if (errorType === 'Cancelled') return new GatewayProblem('INTEGRATION_TIMEOUT');
  return new GatewayProblem('DEFAULT_5XX', { detail: `${errorType}: ${errorMessage}` });
}

/** A base64 body is decoded for a client that accepts, as its first type, one that is binary to the API. */
function wantsBytes(request: GatewayRequest, api: ApiDefinition): boolean {
  const accepted = headerOf(request.headers, 'accept')?.split(',')[0];
  return accepted !== undefined && isBinary(accepted, api);
}
