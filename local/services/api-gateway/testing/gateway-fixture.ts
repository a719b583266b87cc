// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform writes its expressions so
import { afterEach, beforeEach } from 'vitest';
import type { InvokeResult } from '../../../contracts.ts';
import { type PlatformFixture, platformFixture } from '../../../testing/platform-fixture.ts';
import { type Gateway, startGateway } from '../gateway.ts';
import type { Invocation } from '../pipeline.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const at = (id: string) => ({ rest_api_id: '${aws_api_gateway_rest_api.api.id}', resource_id: id });
const problem = (detail: string) =>
  `{"title":"${detail}","detail":"$context.error.validationErrorString","id":"$context.requestId"}`;

/** A method and its integration. */
const method = (resource: string, httpMethod: string, more: object = {}, integration: object = {}) => ({
  method: {
    ...at(resource),
    http_method: httpMethod,
    authorization: 'NONE',
    api_key_required: true,
    ...more,
  },
  integration: {
    ...at(resource),
    http_method: httpMethod,
    type: 'AWS_PROXY',
    uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
    ...integration,
  },
});
const streaming = {
  uri: `arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/${functionArn}/response-streaming-invocations`,
};
const parts = {
  chat: method('${aws_api_gateway_resource.chat.id}', 'POST', {
    request_validator_id: '${aws_api_gateway_request_validator.v.id}',
    request_models: { $default: '${aws_api_gateway_model.m.name}' },
  }),
  item: method('${aws_api_gateway_resource.id.id}', 'GET', {
    request_validator_id: '${aws_api_gateway_request_validator.v.id}',
    request_parameters: { 'method.request.querystring.q': true },
  }),
  slow: method('${aws_api_gateway_resource.chat.id}', 'DELETE', {}, { timeout_milliseconds: 60 }),
  open: method('${aws_api_gateway_resource.chat.id}', 'GET', { api_key_required: false }),
  stream: method('${aws_api_gateway_resource.stream.id}', 'ANY', {}, streaming),
};
export const resources = (plan: object = {}) => ({
  aws_api_gateway_rest_api: { api: { name: 'api', binary_media_types: ['image/*'] } },
  aws_api_gateway_resource: {
    chat: { parent_id: '${aws_api_gateway_rest_api.api.root_resource_id}', path_part: 'chat' },
    content: { parent_id: '${aws_api_gateway_rest_api.api.root_resource_id}', path_part: 'content' },
    id: { parent_id: '${aws_api_gateway_resource.content.id}', path_part: '{id}' },
    stream: { parent_id: '${aws_api_gateway_rest_api.api.root_resource_id}', path_part: 'stream' },
  },
  aws_api_gateway_method: Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, part.method]),
  ),
  aws_api_gateway_integration: Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, part.integration]),
  ),
  aws_api_gateway_model: {
    m: {
      name: 'M',
      schema: '{"type":"object","required":["message"],"properties":{"message":{"type":"string"}}}',
    },
  },
  aws_api_gateway_request_validator: {
    v: { validate_request_body: true, validate_request_parameters: true },
  },
  aws_api_gateway_deployment: { d: {} },
  aws_api_gateway_stage: {
    s: {
      rest_api_id: '${aws_api_gateway_rest_api.api.id}',
      stage_name: 'v1',
      deployment_id: '${aws_api_gateway_deployment.d.id}',
      access_log_settings: {
        format:
          '{"route":"$context.resourcePath","status":"$context.status","why":"$context.error.responseType"}',
      },
    },
  },
  aws_api_gateway_api_key: { dev: { name: 'dev' }, off: { name: 'off', enabled: false } },
  aws_api_gateway_usage_plan: {
    p: { api_stages: [{ api_id: '${aws_api_gateway_rest_api.api.id}', stage: 'v1' }], ...plan },
  },
  aws_api_gateway_usage_plan_key: {
    dev: { key_id: '${aws_api_gateway_api_key.dev.id}', usage_plan_id: '${aws_api_gateway_usage_plan.p.id}' },
    off: { key_id: '${aws_api_gateway_api_key.off.id}', usage_plan_id: '${aws_api_gateway_usage_plan.p.id}' },
  },
  aws_api_gateway_gateway_response: {
    body: {
      response_type: 'BAD_REQUEST_BODY',
      response_templates: { 'application/json': problem('bad body') },
      response_parameters: {
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
        'gatewayresponse.header.x-id': 'context.requestId',
      },
    },
    other: {
      response_type: 'DEFAULT_4XX',
      response_templates: { 'application/json': problem('$context.error.responseType') },
    },
  },
});

export const payload = (value: unknown): InvokeResult => ({ kind: 'payload', payload: value });

/** The gateway of a small API with one function, for the tests of a file. */
export function gatewayFixture() {
  let platform: PlatformFixture;
  let gateway: Gateway | undefined;
  const running = () => {
    if (!gateway) throw new Error('The gateway is not running yet');
    return gateway;
  };
  const api = {
    /** The function; by default it returns `ok`. */
    answer: (_: Invocation): Promise<InvokeResult> | InvokeResult => payload(ok),
    /** Invocations of the function. */
    events: [] as Invocation[],
    get platform() {
      return platform;
    },
    get gateway() {
      return running();
    },
    get key() {
      return [...running().keyValues.values()][0] ?? '';
    },
    /** Starts the gateway. @param plan of the usage of its keys @param more resources of the stack */
    async up(plan: object = {}, more: object = {}): Promise<void> {
      gateway = await startGateway({
        stack: platform.stack({ ...resources(plan), ...more }),
        dataDirectory: platform.dataDirectory,
        port: 0,
        logger: platform.logger,
        invoke: async (invocation) => {
          api.events.push(invocation);
          return api.answer(invocation);
        },
      });
    },
    call: (path: string, init: RequestInit = {}) =>
      fetch(`${running().url}/v1${path}`, { ...init, headers: { 'x-api-key': api.key, ...init.headers } }),
    post: (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
      api.call('/chat', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      }),
  };
  beforeEach(() => {
    platform = platformFixture();
    api.events = [];
    api.answer = () => payload(ok);
  });
  afterEach(async () => {
    await gateway?.close();
    platform.dispose();
  });
  return api;
}
const ok = { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' };
