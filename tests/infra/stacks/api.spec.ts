import { ApiGatewayModel } from '@cdktf/provider-aws/lib/api-gateway-model/index.js';
import { toGatewayModel } from '@nova/shared/json-schema';
import { limits } from '@nova/shared/limits';
import { problems } from '@nova/shared/problems';
import { type Route, routeNames, routes } from '@nova/shared/routes';
import { App, TerraformStack, Testing } from 'cdktf';
import { beforeAll, describe, expect, it } from 'vitest';
import { Stage } from '../../../modules/api/stage.ts';
import { pageOriginOf } from '../../../modules/settings.ts';
import { type Resource, SynthesizedStack } from '../../../review/synthesized-stack.ts';
import { type Synthesis, synthesize } from '../testing/synthesize.ts';

let synthesis: Synthesis;
beforeAll(() => {
  synthesis = synthesize('dev');
});

const at = (path: string) => {
  const found = synthesis.platform.all().find((resource) => resource.path === path);
  if (!found) throw new Error(`nothing at ${path}`);
  return found;
};

/** The path of a resource, joined from its parents. */
function pathOf(resource: Resource): string {
  const parent = resource.values.parent_id;
  const above = String(parent).includes('root_resource_id')
    ? ''
    : pathOf(synthesis.platform.referred(parent));
  return `${above}/${String(resource.values.path_part)}`;
}

describe('preflights', () => {
  const preflights = (found: Synthesis) =>
    found.platform.of('aws_api_gateway_method').filter(({ values }) => values.http_method === 'OPTIONS');

  it('are answered for each path by API Gateway itself, without a key', () => {
    const { platform } = synthesis;
    const found = preflights(synthesis);

    const paths = found.map(({ values }) => pathOf(platform.referred(values.resource_id)));
    expect(paths.sort()).toEqual([...new Set(routeNames.map((name) => routes[name].path))].sort());
    for (const { path, values } of found) {
      expect(values).toMatchObject({ api_key_required: false, authorization: 'NONE' });
      expect(at(path.replace(/method$/, 'integration')).values).toMatchObject({
        type: 'MOCK',
        request_templates: { 'application/json': '{"statusCode":204}' },
      });
    }
  });

  it('name the methods of their path, and let pages of any origin call where the stage names several', () => {
    const mapping = at('nova-platform/api/preflights/content-id-/mapping');

    expect(mapping.values.response_parameters).toEqual({
      'method.response.header.access-control-allow-origin': "'*'",
      'method.response.header.access-control-expose-headers': "'x-correlation-id,etag,retry-after'",
      'method.response.header.access-control-allow-methods': "'GET,DELETE'",
      'method.response.header.access-control-allow-headers':
        "'x-api-key,content-type,idempotency-key,x-correlation-id,if-none-match'",
      'method.response.header.access-control-max-age': "'7200'",
    });
  });

  it('are none where the stage names no origin, nor may pages read any answer', () => {
    const production = synthesize('prod');

    expect(preflights(production)).toEqual([]);
    expect(JSON.stringify(production.platform.all())).not.toMatch(/access-control-allow-origin/i);
  });
});

describe.each([
  [[], 'none'],
  [['https://app.example.com'], 'https://app.example.com'],
  [['https://*.example.com'], '*'],
  [['https://a.example.com', 'https://b.example.com'], '*'],
])('browser origins %j', (browserOrigins, origin) => {
  it(`let pages of ${origin} call`, () => {
    expect(pageOriginOf({ browserOrigins })).toBe(origin);
  });
});

describe('routes', () => {
  it('are exactly those of the contract', () => {
    const { platform } = synthesis;
    const found = platform
      .of('aws_api_gateway_method')
      .filter(({ values }) => values.http_method !== 'OPTIONS')
      .map(({ values }) => `${values.http_method} ${pathOf(platform.referred(values.resource_id))}`);

    const wanted = routeNames.map((name) => `${routes[name].method} ${routes[name].path}`);
    expect(found.sort()).toEqual(wanted.sort());
  });

  it.each(routeNames)('%s needs a key and is validated', (name) => {
    const method = at(`nova-platform/api/${name}/method`);

    expect(method.values).toMatchObject({ api_key_required: true, authorization: 'NONE' });
    expect(synthesis.platform.referred(method.values.request_validator_id).values).toMatchObject({
      validate_request_body: true,
      validate_request_parameters: true,
    });
  });

  it.each(routeNames)('%s has the model of its body, in a form that API Gateway supports', (name) => {
    const route: Route = routes[name];
    const method = at(`nova-platform/api/${name}/method`);

    const models = method.values.request_models as Record<string, string> | undefined;
    if (!route.body) return expect(models).toBeUndefined();
    const model = synthesis.platform.referred(models?.$default);
    expect(model.values.name).toMatch(/^[A-Za-z0-9]+$/);
    const schema = String(model.values.schema);
    expect(JSON.parse(schema)).toEqual(toGatewayModel(route.body));
    expect(schema).not.toMatch(/"format"|"\$id"|"\$ref"|\\\\p\{/);
  });

  it.each(routeNames)('%s is integrated with its function', (name) => {
    const route: Route = routes[name];
    const { values } = at(`nova-platform/api/${name}/integration`);

    expect(values).toMatchObject({ type: 'AWS_PROXY', integration_http_method: 'POST' });
    expect(synthesis.platform.invoked(values.uri).values.function_name).toBe(`nova-dev-${route.function}`);
    expect(values).toMatchObject(
      route.stream
        ? { response_transfer_mode: 'STREAM', timeout_milliseconds: limits.gatewayStreamTimeoutMs }
        : { timeout_milliseconds: limits.gatewayTimeoutMs },
    );
    expect(values.uri).toMatch(
      route.stream
        ? /lambda:path\/2021-11-15\/functions\/.+\/response-streaming-invocations$/
        : /lambda:path\/2015-03-31\/functions\/.+\/invocations$/,
    );
  });

  it.each(routeNames)('%s declares its parameters', (name) => {
    const route: Route = routes[name];
    const given = at(`nova-platform/api/${name}/method`).values.request_parameters as Record<string, boolean>;

    for (const [, parameter] of route.path.matchAll(/\{(\w+)\}/g)) {
      expect(given[`method.request.path.${parameter}`]).toBe(true);
    }
    expect(Object.keys(given).some((key) => key.startsWith('method.request.querystring.'))).toBe(
      route.query !== undefined,
    );
  });
});

describe('an error of API Gateway itself', () => {
  const response = (type: string) =>
    synthesis.platform.one('aws_api_gateway_gateway_response', { response_type: type }).values;
  const body = (type: string) => {
    const templates = response(type).response_templates as Record<string, string>;
    return JSON.parse(templates['application/json'] ?? '') as Record<string, unknown>;
  };

  it('is a problem of the contract with the status of the response', () => {
    for (const { values } of synthesis.platform.of('aws_api_gateway_gateway_response')) {
      const problem = body(String(values.response_type));

      expect(Object.keys(problems)).toContain(problem.type);
      expect(problem.status).toBe(Number(values.status_code));
      expect(problem).toMatchObject({ correlationId: '$context.requestId', detail: expect.any(String) });
      expect(values.response_parameters).toMatchObject({
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
      });
    }
  });

  it('names the invalid field of a body', () => {
    expect(body('BAD_REQUEST_BODY')).toMatchObject({
      type: 'invalid-request',
      status: 400,
      detail: '$context.error.validationErrorString',
    });
  });

  it.each([
    ['INVALID_API_KEY', '403'],
    ['MISSING_AUTHENTICATION_TOKEN', '404'],
    ['REQUEST_TOO_LARGE', '413'],
    ['THROTTLED', '429'],
    ['INTEGRATION_TIMEOUT', '504'],
    ['DEFAULT_4XX', '400'],
    ['DEFAULT_5XX', '500'],
  ])('of type %s has the status %s', (type, status) => {
    expect(response(type).status_code).toBe(status);
  });

  it('tells a throttled caller when to retry', () => {
    expect(response('THROTTLED').response_parameters).toMatchObject({
      'gatewayresponse.header.retry-after': "'1'",
    });
  });
});

/** The triggers of a deployment, when the API is only one model. */
function definitionWith(schema: string): string {
  const stack = new TerraformStack(new App(), 'trial');
  const model = new ApiGatewayModel(stack, 'model', {
    restApiId: 'api',
    name: 'Trial',
    contentType: 'application/json',
    schema,
  });
  new Stage(stack, 'stage', {
    settings: synthesis.settings,
    restApiId: 'api',
    parts: [model],
  });
  const file = new SynthesizedStack(JSON.parse(Testing.synth(stack)));
  return (file.the('aws_api_gateway_deployment').values.triggers as { definition: string }).definition;
}

describe('the stage', () => {
  it('is v1, traced, throttled, and logs no bodies', () => {
    const stage = synthesis.platform.the('aws_api_gateway_stage');
    const settings = synthesis.platform.the('aws_api_gateway_method_settings');

    expect(stage.values).toMatchObject({ stage_name: 'v1', xray_tracing_enabled: true });
    expect(settings.values).toMatchObject({
      method_path: '*/*',
      settings: { throttling_rate_limit: 1000, throttling_burst_limit: 500, data_trace_enabled: false },
    });
    const { format } = stage.values.access_log_settings as { format: string };
    expect(Object.values(JSON.parse(format) as Record<string, string>)).toSatisfy((fields: string[]) =>
      fields.every((field) => /^\$context\.[A-Za-z.]+$/.test(field)),
    );
    expect(format).not.toMatch(/apiKey"|body|querystring/i);
  });

  it('is deployed again when a part of the API changes, and only then', () => {
    expect(definitionWith('{"maxLength":5}')).toBe(definitionWith('{"maxLength":5}'));
    expect(definitionWith('{"maxLength":5}')).not.toBe(definitionWith('{"maxLength":6}'));
  });

  it('is deployed after every part of the API exists', () => {
    const { platform } = synthesis;
    const deployment = platform.the('aws_api_gateway_deployment');
    const parts = ['method', 'integration', 'model', 'request_validator', 'gateway_response'].flatMap(
      (part) => platform.of(`aws_api_gateway_${part}`).map(({ address }) => address),
    );

    expect(deployment.values.depends_on).toEqual(expect.arrayContaining(parts));
    expect(deployment.values.lifecycle).toEqual({ create_before_destroy: true });
  });

  it('has two keys in one throttled plan', () => {
    const { platform } = synthesis;
    const keys = platform.of('aws_api_gateway_api_key');
    const planned = platform
      .of('aws_api_gateway_usage_plan_key')
      .map(({ values }) => platform.referred(values.key_id));

    expect(keys.map(({ values }) => [values.name, values.enabled])).toEqual([
      ['nova-dev-developer', true],
      ['nova-dev-guest', true],
    ]);
    expect(planned).toEqual(keys);
    expect(platform.the('aws_api_gateway_usage_plan').values.throttle_settings).toEqual({
      rate_limit: 100,
      burst_limit: 200,
    });
  });
});

describe('the firewall', () => {
  it('protects the API of stages that ask for it, and no other', () => {
    const { platform } = synthesize('prod', {}, (settings) => ({ ...settings, firewall: true }));

    const association = platform.the('aws_wafv2_web_acl_association');
    expect(platform.referred(association.values.resource_arn).type).toBe('aws_api_gateway_stage');
    expect(platform.referred(association.values.web_acl_arn).values).toMatchObject({
      scope: 'REGIONAL',
      visibility_config: { sampled_requests_enabled: false },
    });
    expect(synthesize('prod').platform.of('aws_wafv2_web_acl')).toEqual([]);
  });
});
