import type { Stack } from '../../../contracts.ts';
import { optionalText, textOf } from '../../../stack/read.ts';
import { checkTemplate } from '../response/template.ts';

/** The answers of API Gateway itself, by its own names. */
export const responseTypes = {
  BAD_REQUEST_BODY: { status: 400, message: 'Invalid request body', error: 'BadRequestException' },
  BAD_REQUEST_PARAMETERS: {
    status: 400,
    message: 'Invalid request parameters',
    error: 'BadRequestException',
  },
  INVALID_API_KEY: { status: 403, message: 'Forbidden', error: 'ForbiddenException' },
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    message: 'Missing Authentication Token',
    error: 'MissingAuthenticationTokenException',
  },
  REQUEST_TOO_LARGE: { status: 413, message: 'Request Too Long', error: 'RequestTooLargeException' },
  THROTTLED: { status: 429, message: 'Too Many Requests', error: 'TooManyRequestsException' },
  QUOTA_EXCEEDED: { status: 429, message: 'Limit Exceeded', error: 'LimitExceededException' },
  INTEGRATION_FAILURE: {
    status: 504,
    message: 'Internal server error',
    error: 'InternalServerErrorException',
  },
  INTEGRATION_TIMEOUT: {
    status: 504,
    message: 'Endpoint request timed out',
    error: 'InternalServerErrorException',
  },
  DEFAULT_4XX: { status: 400, message: 'Bad Request', error: 'BadRequestException' },
  /** Also the answer to a function's error, and to a function's answer that is no proxy response. */
  DEFAULT_5XX: { status: 502, message: 'Internal server error', error: 'InternalServerErrorException' },
} as const;

export type ResponseType = keyof typeof responseTypes;

/** The stack's form of one kind of answer. */
export interface GatewayResponse {
  readonly status: number | undefined;
  readonly contentType: string;
  readonly template: string;
  /** Header names, and where their values come from: `'text'` or `context.requestId`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The stack's gateway responses, by type. */
export type GatewayResponses = ReadonlyMap<string, GatewayResponse>;

const headerPrefix = 'gatewayresponse.header.';
const defaultTemplate = '{"message":$context.error.messageString}';

/** @throws StackError for a template with more than variables in it */
export function gatewayResponsesOf(stack: Stack): GatewayResponses {
  return new Map(
    stack.of('aws_api_gateway_gateway_response').map((resource) => {
      const templates = (resource.values.response_templates ?? {}) as Record<string, string>;
      const parameters = (resource.values.response_parameters ?? {}) as Record<string, string>;
      const contentType = 'application/json' in templates ? 'application/json' : Object.keys(templates)[0];
      const template = contentType === undefined ? defaultTemplate : (templates[contentType] ?? '');
      checkTemplate(template, resource);
      const status = optionalText(resource, 'status_code');
      const headers = Object.entries(parameters).flatMap(([name, source]) =>
        name.startsWith(headerPrefix) ? [[name.slice(headerPrefix.length), source] as const] : [],
      );
      return [
        textOf(resource, 'response_type'),
        {
          status: status === undefined ? undefined : Number(status),
          contentType: contentType ?? 'application/json',
          template,
          headers: Object.fromEntries(headers),
        },
      ];
    }),
  );
}
