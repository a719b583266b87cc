import { describe, expect, it } from 'vitest';
import { rendered } from '../testing/plan-builder.ts';

const audio = 'aws_lambda_function.functions_audio-handler_function_33A54F00';
const deployment = 'aws_api_gateway_deployment.api_stage_deployment_874D2911';
const stage = 'aws_api_gateway_stage.api_stage_stage_5A1F3C11';
const permission = 'aws_lambda_permission.api_getUsage_permission_E2C9CD79';

const newDeployment = {
  [deployment]: {
    before: { id: 'd1', triggers: { definition: 'a' } },
    after: { triggers: { definition: 'b' } },
    ...{ unknown: { id: true, created_date: true }, actions: ['create', 'delete'] },
    ...{ replacePaths: [['triggers']], reason: 'replace_because_cannot_update' },
  },
  [stage]: {
    before: { stage_name: 'v1', deployment_id: 'd1', invoke_url: 'https://a.example/v1' },
    after: { stage_name: 'v1', invoke_url: 'https://a.example/v1' },
    unknown: { deployment_id: true },
  },
};

describe('a page of one small change', () => {
  it('of code has one line for all that is known after apply', () => {
    const same = { function_name: 'nova-dev-audio-handler' };
    const page = rendered({
      changes: {
        [audio]: {
          before: { ...same, source_code_hash: 'a', version: '3', last_modified: '2026-11-27' },
          after: { ...same, source_code_hash: 'b' },
          unknown: { version: true, last_modified: true },
        },
      },
    });

    expect(page).toContain(
      `- **function audio-handler** (\`${audio}\`)\n  - \`source_code_hash\`: \`a\` → \`b\`\n  - known after apply: \`version\`, \`last_modified\`\n`,
    );
  });

  it('of a route counts the parts of the API that follow from it, and does not warn of them', () => {
    const page = rendered({
      changes: {
        ...newDeployment,
        'aws_api_gateway_method.api_getNews_method_96C10AF1': { after: { http_method: 'GET' } },
        'aws_api_gateway_integration.api_getNews_integration_BF744011': { after: { http_method: 'GET' } },
      },
    });

    expect(page).toContain('✅ Only additions, changes in place, and new versions beside the old ones.');
    expect(page).toContain('## Replaced\n\n- follows from other changes: deployment of the API\n');
    expect(page).toContain('## Changed in place\n\n- follows from other changes: API stage\n');
    expect(page).toContain('- `modules/api`: 2 resources\n  - route: getNews\n  - integration of a route\n');
    expect(page).not.toContain('known after apply');
  });

  it('of a path counts the permissions to call functions: their section has them', () => {
    const of = (path: string) => ({
      ...{ action: 'lambda:InvokeFunction', function_name: 'nova-dev-content-handler' },
      ...{
        principal: 'apigateway.amazonaws.com',
        source_arn: `arn:aws:execute-api:eu-west-1:1:a/v1/${path}`,
      },
    });
    const page = rendered({
      changes: {
        [permission]: { before: of('GET/usage'), after: of('GET/news'), replacePaths: [['source_arn']] },
      },
    });

    expect(page).toContain('## Replaced\n\n- follows from other changes: permission to call a function\n');
    expect(page).toMatch(
      /may now:\n\n- `lambda:InvokeFunction` on function content-handler, when called by .*news/,
    );
  });

  it('shows a part of the API in full when it changes by itself', () => {
    const page = rendered({
      changes: {
        ...newDeployment,
        'aws_api_gateway_integration.api_search_integration_BF744011': {
          before: { timeout_milliseconds: 29000 },
          after: { timeout_milliseconds: 9000 },
        },
        [stage]: { before: { stage_name: 'v1', xray_tracing_enabled: true }, after: { stage_name: 'v1' } },
      },
    });

    expect(page).toContain('  - `timeout_milliseconds`: `29000` → `9000`');
    expect(page).toContain('  - `xray_tracing_enabled`: `true` → nothing');
  });

  it('shows a permission in full when somebody changed it by hand', () => {
    const page = rendered({
      drift: {
        [permission]: { before: { principal: 'apigateway.amazonaws.com' }, after: { principal: '*' } },
      },
      configured: { [permission]: { principal: 'apigateway.amazonaws.com' } },
    });

    expect(page).toContain('  - `principal`: `apigateway.amazonaws.com` → `*`');
  });

  it('still warns of a replacement that is destroyed first', () => {
    const changes = { [deployment]: { ...newDeployment[deployment], actions: ['delete', 'create'] } };

    expect(rendered({ changes })).toContain('⚠️ No data is lost');
  });
});

it('callers of a function share a line', () => {
  const allowing = (source: string) => ({
    after: {
      ...{ action: 'lambda:InvokeFunction', function_name: 'nova-dev-content-handler' },
      ...{ principal: 'events.amazonaws.com', source_arn: `arn:aws:events:eu-west-1:1:rule/${source}` },
    },
  });
  const page = rendered({
    changes: { 'aws_lambda_permission.a': allowing('a'), 'aws_lambda_permission.b': allowing('b') },
  });

  expect(page).toMatch(/on function content-handler, when called by events rule\/a, events rule\/b\n/);
});

it('a stream is named after its function, not after the alias that it calls', () => {
  const page = rendered({
    changes: {
      'aws_lambda_event_source_mapping.functions_event-projector_stream_4357B38D': {
        before: { starting_position: 'TRIM_HORIZON' },
        after: {
          starting_position: 'LATEST',
          function_name: 'arn:aws:lambda:eu-west-1:1:function:nova-dev-event-projector:live',
        },
        replacePaths: [['starting_position']],
      },
    },
  });

  expect(page).toContain('**stream into function event-projector**');
});
