import { describe, expect, it } from 'vitest';
import { reviewOf } from '../review.ts';
import { parsePlan } from '../terraform/terraform-plan.ts';
import { planJson, rendered, reviewed } from '../testing/plan-builder.ts';
import { summaryOf } from './headline.ts';
import { renderDrift, renderReview } from './render.ts';

const audio = 'aws_lambda_function.functions_audio-handler_function_33A54F00';
const queue = 'aws_sqs_queue.rules_uploads_dead-letters_queue_9F8B6B48';
const queuePolicy = 'aws_sqs_queue_policy.rules_uploads_dead-letters_policy_6EE0B927';

const twoStacks = [
  { stack: 'nova-registry', plan: parsePlan(planJson({})) },
  {
    stack: 'nova-platform',
    plan: parsePlan(
      planJson({
        changes: {
          [audio]: {
            before: {
              function_name: 'nova-prod-like',
              tags: { NovaFunction: 'audio-handler' },
              memory_size: 256,
            },
            after: {
              function_name: 'nova-prod-like',
              tags: { NovaFunction: 'audio-handler' },
              memory_size: 512,
            },
          },
        },
      }),
    ),
  },
];

describe('a plan as a page', () => {
  it('lists the changes, and leaves out empty sections', () => {
    expect(renderReview(reviewOf('dev', twoStacks))).toBe(`# Plan for stage dev

**✅ Only additions and changes in place.**

| stack | add | change | replace | destroy | forget |
| --- | ---: | ---: | ---: | ---: | ---: |
| \`nova-registry\` | 0 | 0 | 0 | 0 | 0 |
| \`nova-platform\` | 0 | 1 | 0 | 0 | 0 |

## Changed in place

- **function audio-handler** (\`${audio}\`)
  - \`memory_size\`: \`256\` → \`512\`
`);
  });

  it('is short when there is nothing to do', () => {
    expect(rendered({})).not.toContain('##');
    expect(rendered({})).toContain('✅ Nothing to do.');
  });

  it('groups what is added by folder and kind, and names a part after its owner', () => {
    const page = rendered({
      changes: {
        [queue]: { after: { name: 'nova-dev-uploads-dead-letters' }, unknown: { url: true } },
        [queuePolicy]: { after: {}, unknown: { queue_url: true, policy: true } },
        'aws_dynamodb_table.data_tables_requests_F2BEFA7E': { after: { name: 'nova-dev-requests' } },
        'aws_api_gateway_method.api_chat_method_00000001': { after: { api_key_required: true } },
      },
      configured: { [queuePolicy]: { queue_url: `\${${queue}.url}` } },
    });

    expect(page).toContain(`## Added

- \`modules/api\`: 1 resource
  - route: chat
- \`modules/data\`: 1 resource
  - table: requests
- \`modules/events\`: 2 resources
  - policy of queue: uploads-dead-letters
  - queue: uploads-dead-letters`);
  });

  it('gives the reason when something is replaced or destroyed', () => {
    const page = rendered({
      changes: {
        [audio]: {
          before: { function_name: 'nova-dev-audio-handler' },
          after: { function_name: 'nova-dev-audio' },
          replacePaths: [['function_name'], ['tags', 'x']],
        },
        'aws_lambda_alias.x_00000000': {
          before: { function_name: 'nova-dev-audio-handler' },
          reason: 'delete_because_no_resource_config',
        },
      },
    });

    expect(page).toContain(': `function_name` and `tags.x` cannot be changed in place');
    expect(page).toContain(
      '## Destroyed\n\n- the stack no longer declares it: 1 resource\n  - alias of function: audio-handler',
    );
    expect(page).toContain('⚠️ No data is lost');
  });

  it('lists changes of outputs and changes outside Terraform', () => {
    const page = rendered({
      outputs: {
        api_url: { after: undefined, unknown: true },
        stage: { before: 'dev', after: 'dev', actions: ['no-op'] },
      },
      drift: {
        [audio]: { before: { timeout: 300 }, after: { timeout: 3 } },
        [queue]: { before: { name: 'nova-dev-uploads-dead-letters' } },
      },
      configured: { [audio]: { timeout: 300 } },
    });

    expect(page).toContain('## Outputs\n\n- `api_url`: nothing → (known after apply)');
    expect(page).toContain('  - `timeout`: `300` → `3`');
    expect(page).toContain(
      'queue uploads-dead-letters** (`aws_sqs_queue.rules_uploads_dead-letters_queue_9F8B6B48`): no longer exists',
    );
    expect(page).not.toContain('`stage`');
  });
});

describe('the page of drift', () => {
  it('lists manual changes with the remedy, and nothing of the plan', () => {
    const review = reviewed({
      changes: { [queue]: { after: { name: 'nova-dev-uploads-dead-letters' } } },
      drift: { [audio]: { before: { timeout: 300 }, after: { timeout: 3 } } },
      configured: { [audio]: { timeout: 300 } },
    });

    expect(renderDrift(review)).toBe(`# Stage dev changed outside Terraform

\`make plan STAGE=dev\` shows how to undo these changes; to keep them, declare them in the stack.

## Changed outside Terraform since the last apply

- **function functions_audio-handler_function** (\`${audio}\`)
  - \`timeout\`: \`300\` → \`3\`
`);
  });
});

describe('cost', () => {
  const functions = (resources: readonly { type: string }[]) =>
    resources.filter(({ type }) => type === 'aws_lambda_function').length * 1.5;
  const plans = [
    {
      stack: 'nova-platform',
      plan: parsePlan(
        planJson({
          changes: {
            [audio]: { before: { memory_size: 1 }, after: { memory_size: 1 }, actions: ['no-op'] },
            'aws_lambda_function.new_00000000': { after: {} },
            'aws_lambda_function.other_00000000': { after: {} },
            'aws_lambda_function.old_00000000': { before: {} },
          },
        }),
      ),
    },
  ];

  it('is shown per month, when prices are known', () => {
    const page = renderReview(reviewOf('dev', plans, { busy: functions, odd: () => undefined }));

    expect(page).toContain('| busy | $3.00 | $4.50 | +$1.50 |\n| odd | unknown | unknown | unknown |');
  });

  it('is left out when they are not', () => {
    expect(renderReview(reviewOf('dev', plans))).not.toContain('Cost');
  });
});

describe('the summary of a plan', () => {
  it('is one line, and one for each risk', () => {
    const review = reviewed({ changes: { [queue]: { before: { name: 'nova-dev-uploads-dead-letters' } } } });

    expect(summaryOf(review)).toBe(
      'dev: 1 to destroy. ⛔ DATA WOULD BE LOST: 1 resource.\n- queue uploads-dead-letters would be lost: dead letters that wait for a redrive',
    );
  });
});
