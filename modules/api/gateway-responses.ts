import { ApiGatewayGatewayResponse } from '@cdktf/provider-aws/lib/api-gateway-gateway-response/index.js';
import { type ProblemType, problemMediaType, problems } from '@nova/shared/problems';
import { correlationHeader, crossOriginHeaders, retryAfterHeader } from '@nova/shared/routes';
import type { Construct } from 'constructs';

interface GatewayProblem {
  readonly type: ProblemType;
  /** Text, or one `$context` variable; API Gateway escapes its value. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const slowDown = { [retryAfterHeader]: '1' };

/** Problems for the responses that API Gateway gives by itself. Source: API Gateway guide, "Gateway response types". */
const gatewayProblems: Readonly<Record<string, GatewayProblem>> = {
  // Names the field: `[object has missing required properties (["message"])]`.
  BAD_REQUEST_BODY: { type: 'invalid-request', detail: '$context.error.validationErrorString' },
  BAD_REQUEST_PARAMETERS: { type: 'invalid-request', detail: '$context.error.validationErrorString' },
  INVALID_API_KEY: {
    type: 'forbidden',
    detail: 'Send a valid, enabled API key in the x-api-key header.',
  },
  ACCESS_DENIED: { type: 'forbidden', detail: 'This API key may not call this API.' },
  // API Gateway's name for a path or method that no route has.
  MISSING_AUTHENTICATION_TOKEN: {
    type: 'not-found',
    detail: 'No route has this method and path; GET /v1/openapi.json lists them.',
  },
  RESOURCE_NOT_FOUND: {
    type: 'not-found',
    detail: 'No route has this method and path; GET /v1/openapi.json lists them.',
  },
  REQUEST_TOO_LARGE: { type: 'too-large', detail: 'The request is over the 10 MB API Gateway takes.' },
  UNSUPPORTED_MEDIA_TYPE: { type: 'unsupported-media', detail: 'Send the body as application/json.' },
  THROTTLED: {
    type: 'too-many-requests',
    detail: 'Too many requests; wait a moment and send it again.',
    headers: slowDown,
  },
  QUOTA_EXCEEDED: {
    type: 'too-many-requests',
    detail: 'The quota of this API key is used up.',
    headers: slowDown,
  },
  INTEGRATION_TIMEOUT: { type: 'timeout', detail: 'The function took too long to answer; try again.' },
  INTEGRATION_FAILURE: { type: 'timeout', detail: 'The function could not be reached; try again.' },
  // All other responses, which would otherwise have API Gateway's own format.
  DEFAULT_4XX: { type: 'invalid-request', detail: 'The request cannot be taken as it is.' },
  DEFAULT_5XX: { type: 'internal', detail: 'The request failed on our side; try again.' },
};

/**
 * One gateway response for each problem that API Gateway reports before, or instead of, a function's response.
 * @param origin whose pages may read them; `*` for any
 */
export const gatewayResponses = (
  scope: Construct,
  restApiId: string,
  origin: string,
): ApiGatewayGatewayResponse[] =>
  Object.entries(gatewayProblems).map(
    ([responseType, problem]) =>
      new ApiGatewayGatewayResponse(scope, responseType.toLowerCase(), {
        restApiId,
        responseType,
        statusCode: String(problems[problem.type].status),
        // API Gateway matches the template's key with the Accept header; the client gets the Content-Type header.
        responseTemplates: { 'application/json': template(problem) },
        responseParameters: headers(problem, origin),
      }),
  );

function template({ type, detail }: GatewayProblem): string {
  const { title, status } = problems[type];
  return JSON.stringify({ type, title, status, detail, correlationId: '$context.requestId' });
}

function headers({ headers: own = {} }: GatewayProblem, origin: string): Record<string, string> {
  const parameter = (name: string) => `gatewayresponse.header.${name}`;
  return {
    [parameter('Content-Type')]: `'${problemMediaType}'`,
    [parameter(correlationHeader)]: 'context.requestId',
    ...Object.fromEntries(
      Object.entries({ ...own, ...crossOriginHeaders(origin) }).map(([name, value]) => [
        parameter(name),
        `'${value}'`,
      ]),
    ),
  };
}
