import type * as z from 'zod';
import { chatStreamEvents } from './api/chat.ts';
import { Problem } from './api/common.ts';
import { IdempotencyKey } from './ids.ts';
import { toOpenApiSchema } from './json-schema.ts';
import { problemMediaType } from './problems.ts';
import {
  apiKeyHeader,
  apiStage,
  correlationHeader,
  idempotencyHeader,
  type Route,
  retryAfterHeader,
  routeNames,
  routes,
} from './routes.ts';

const json = (schema: Record<string, unknown>) => ({ 'application/json': { schema } });

/** The API as an OpenAPI 3.1 document, generated from the schemas that validate its requests. */
export function openApiDocument(): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const name of routeNames) {
    const route: Route = routes[name];
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Nova Platform',
      version: apiStage,
      description:
        'Chat with an agent that uses tools, transcribe speech, analyse video and search by meaning, through one API.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: `/${apiStage}` }],
    security: [{ apiKey: [] }],
    paths,
    components: {
      securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: apiKeyHeader } },
      schemas: { Problem: toOpenApiSchema(Problem, 'output') },
      responses: {
        Problem: {
          description: 'Problem details (RFC 9457)',
          headers: {
            [retryAfterHeader]: {
              description: 'Seconds to wait before retrying, where known',
              schema: { type: 'integer' },
            },
          },
          content: { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
}

function operation(name: string, route: Route): Record<string, unknown> {
  return {
    operationId: name,
    summary: route.summary,
    parameters: [
      ...pathParameters(route.path),
      ...queryParameters(route.query),
      ...(route.method === 'POST' ? [idempotencyParameter] : []),
      correlationParameter,
    ],
    ...(route.body
      ? { requestBody: { required: true, content: json(toOpenApiSchema(route.body, 'input')) } }
      : {}),
    responses: {
      [route.success.status]: success(route),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function success(route: Route): Record<string, unknown> {
  if (!route.success.body) return { description: 'Success' };
  return {
    description: 'Success',
    content: {
      ...json(toOpenApiSchema(route.success.body, 'output')),
      ...Object.fromEntries((route.texts ?? []).map((type) => [type, { schema: { type: 'string' } }])),
      ...(route.stream ? { 'text/event-stream': { schema: eventStreamSchema() } } : {}),
    },
  };
}

/** OpenAPI 3.1 cannot describe server-sent events, so the schema names each event and the schema of its data. */
function eventStreamSchema(): Record<string, unknown> {
  const events = Object.entries(chatStreamEvents).map(([event, data]) => ({
    title: event,
    type: 'object',
    required: ['event', 'data'],
    properties: { event: { const: event }, data: toOpenApiSchema(data, 'output') },
  }));
  return { description: 'Server-sent events; `data` is JSON', oneOf: events };
}

const correlationParameter = {
  name: correlationHeader,
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description: 'Identifies the request in events and logs; generated when absent',
};

const idempotencyParameter = {
  name: idempotencyHeader,
  in: 'header',
  required: false,
  schema: toOpenApiSchema(IdempotencyKey, 'input'),
  description:
    'Makes the request safe to repeat for a day: the same key and request get the same answer. The same key with another path, query or body gets 422; a repeat while the first request is still in progress gets 409',
};

function pathParameters(path: string): Record<string, unknown>[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodType | undefined): Record<string, unknown>[] {
  if (!query) return [];
  const { properties = {}, required = [] } = toOpenApiSchema(query, 'input') as {
    properties?: Record<string, object>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}
