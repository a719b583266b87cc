import type { ApiDefinition } from '../definition/api.ts';
import { type RequestContext, requestContextOf } from './context.ts';
import { type GatewayRequest, headerOf, mediaTypeOf } from './request.ts';

/**
 * The event a function gets from an AWS_PROXY integration, payload version 1.
 * @param parameters of the path, decoded
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function proxyEvent(
  api: ApiDefinition,
  context: RequestContext,
  request: GatewayRequest,
  parameters: Readonly<Record<string, string>>,
) {
  const headers = withForwarding(request, context);
  const multiValueQuery = grouped(request.query);
  const base64 = request.body.length > 0 && isBinary(headerOf(request.headers, 'content-type'), api);
  return {
    resource: context.resourcePath,
    path: request.path.slice(api.stage.length + 1) || '/',
    httpMethod: request.httpMethod,
    headers: lastOf(headers),
    multiValueHeaders: headers,
    queryStringParameters: nullIfEmpty(lastOf(multiValueQuery)),
    multiValueQueryStringParameters: nullIfEmpty(multiValueQuery),
    pathParameters: nullIfEmpty(parameters),
    stageVariables: nullIfEmpty(api.stageVariables),
    requestContext: requestContextOf(api, context),
    body: request.body.length > 0 ? request.body.toString(base64 ? 'base64' : 'utf8') : null,
    isBase64Encoded: base64,
  };
}

/** Headers as the function sees them: the client's, and those API Gateway adds. */
function withForwarding(request: GatewayRequest, { traceRoot }: RequestContext): Record<string, string[]> {
  const own = new Set([
    'content-length',
    'x-amzn-trace-id',
    'x-forwarded-for',
    'x-forwarded-port',
    'x-forwarded-proto',
  ]);
  const sent = [...request.headers].filter(([name]) => !own.has(name.toLowerCase()));
  const before = headerOf(request.headers, 'x-forwarded-for');
  const host = headerOf(request.headers, 'host') ?? '';
  return {
    ...Object.fromEntries(sent.map(([name, values]) => [name, [...values]])),
    'X-Amzn-Trace-Id': [`Root=${traceRoot}`],
    'X-Forwarded-For': [before ? `${before}, ${request.sourceIp}` : request.sourceIp],
    'X-Forwarded-Port': [host.split(':')[1] ?? '80'],
    'X-Forwarded-Proto': ['http'],
  };
}

/** Whether a content type is one the API takes as bytes rather than text. */
export function isBinary(contentType: string | undefined, { binaryMediaTypes }: ApiDefinition): boolean {
  const type = mediaTypeOf(contentType);
  return binaryMediaTypes.some(
    (pattern) =>
      pattern === '*/*' ||
      pattern === type ||
      (pattern.endsWith('/*') && type.startsWith(pattern.slice(0, -1))),
  );
}

/** A parameter may have any name, that of a member of all objects too (`__proto__`): a map holds it like any other. */
const grouped = (entries: Iterable<[string, string]>): Record<string, string[]> =>
  Object.fromEntries(
    [...Map.groupBy(entries, ([name]) => name)].map(([name, all]) => [name, all.map(([, value]) => value)]),
  );

const lastOf = (groups: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(groups).map(([name, values]) => [name, values.at(-1) ?? '']));

const nullIfEmpty = <T extends object>(value: T) => (Object.keys(value).length > 0 ? value : null);
