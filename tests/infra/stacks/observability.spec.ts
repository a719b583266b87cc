import { readFileSync } from 'node:fs';
import { functionNames } from '@nova/shared/functions';
import { subscribers } from '@nova/shared/subscriptions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AlarmRule, alarmRules } from '../../../modules/observability/alarms.ts';
import { statementsOf } from '../../../review/synthesized-stack.ts';
import { type Synthesis, synthesize } from '../testing/synthesize.ts';

let prod: Synthesis;
let dev: Synthesis;
beforeAll(() => {
  prod = synthesize('prod', { ALARM_EMAIL: 'ops@example.com' });
  dev = synthesize('dev');
});

interface Query {
  readonly metric?: { readonly metric_name: string; readonly dimensions: Readonly<Record<string, string>> };
}
const alarms = ({ platform }: Synthesis) => platform.of('aws_cloudwatch_metric_alarm');
const metricsOf = (synthesis: Synthesis) =>
  alarms(synthesis).flatMap(({ values }) =>
    (values.metric_query as Query[]).flatMap(({ metric }) => metric ?? []),
  );
const alarmed = (name: string, dimension: string) =>
  metricsOf(prod)
    .filter(({ metric_name }) => metric_name === name)
    .map(({ dimensions }) => dimensions[dimension]);

describe('alarms', () => {
  it('of production cover every function and every queue', () => {
    expect(alarmed('Errors', 'FunctionName').sort()).toEqual(
      functionNames.map((name) => `nova-${name}`).sort(),
    );
    expect(alarmed('ApproximateNumberOfMessagesVisible', 'QueueName').sort()).toEqual(
      prod.platform
        .of('aws_sqs_queue')
        .map(({ values }) => values.name)
        .sort(),
    );
    expect(prod.platform.of('aws_sqs_queue')).toHaveLength(subscribers.length);
  });

  it('cost two dollars a month at most, at ten cents per metric', () => {
    expect(metricsOf(prod).length * 10).toBeLessThanOrEqual(200);
  });

  it('of throttled functions leave out the one that waits by being throttled', () => {
    const { values } = prod.platform.one('aws_cloudwatch_metric_alarm', {
      alarm_name: 'nova-functions-throttled',
    });
    const [result, ...queries] = values.metric_query as (Query & { expression?: string })[];

    expect(result?.expression).toBe('SUM(METRICS("m")) - SUM(FILL(METRICS("s"), 0))');
    expect(queries.map(({ metric }) => metric?.dimensions)).toEqual([
      {},
      { FunctionName: 'nova-webhook-handler' },
    ]);
    // A minute whose throttles of that function are late counts too many: see the source of the expression.
    expect(values.datapoints_to_alarm).toBeGreaterThan(1);
  });

  it('notify when they start and when they end', () => {
    const { platform } = prod;
    for (const { values } of alarms(prod)) {
      for (const actions of [values.alarm_actions, values.ok_actions] as string[][]) {
        expect(actions.map((arn) => platform.referred(arn).values.name)).toEqual(['nova-alarms']);
      }
      expect(values.treat_missing_data).toBe('notBreaching');
    }
    expect(platform.the('aws_sns_topic_subscription').values).toMatchObject({
      ...{ protocol: 'email', endpoint: 'ops@example.com' },
    });
  });

  it('notify a topic that accepts this account’s alarms and budget only, over TLS', () => {
    const statements = statementsOf(prod.platform.the('aws_sns_topic_policy').values.policy);

    expect(statements.map(({ Sid }) => Sid)).toEqual(['AlarmsTell', 'TheBudgetTells', 'OnlyWithTls']);
    for (const { Effect, Condition } of statements) {
      if (Effect === 'Allow') expect(Condition?.StringEquals?.['aws:SourceAccount']).toBeDefined();
    }
  });

  it('exist in production only, since elsewhere nobody reads them', () => {
    expect(alarms(dev)).toEqual([]);
    expect(alarms(synthesize('staging'))).toEqual([]);
  });

  it('each have a section in the runbook', () => {
    const runbook = readFileSync('docs/runbook.md', 'utf8');
    const sections = new Map(
      runbook.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section]),
    );

    for (const [name, rule] of Object.entries<AlarmRule>(alarmRules)) {
      const alarm = prod.platform.one('aws_cloudwatch_metric_alarm', { alarm_name: `nova-${name}` });
      expect(alarm.values.alarm_description).toContain(`docs/runbook.md#${name}`);
      const section = sections.get(name) ?? '';
      for (const part of ['**Meaning**', '**Look at**', '**Do**']) expect(section).toContain(part);
      expect(section.includes('**Rolls back rollouts.**')).toBe(rule.stopsRollouts);
      expect(runbook).toContain(`[${name}](#${name})`);
    }
  });
});

describe('the dashboard', () => {
  const widgets = () => {
    const { dashboard_body } = prod.platform.the('aws_cloudwatch_dashboard').values;
    return (JSON.parse(String(dashboard_body)) as { widgets: { properties: { metrics: unknown[][] } }[] })
      .widgets;
  };

  it('shows as many metrics as are free', () => {
    const metrics = widgets().flatMap(({ properties }) => properties.metrics);

    expect(metrics.length).toBeGreaterThan(30);
    expect(metrics.length).toBeLessThanOrEqual(50);
  });

  it('names only existing functions and queues', () => {
    const text = JSON.stringify(widgets());
    const named = [...text.matchAll(/"(?:FunctionName|function_name|QueueName)","([^"]+)"/g)].map(
      ([, name]) => name,
    );
    const there = [...prod.platform.of('aws_lambda_function'), ...prod.platform.of('aws_sqs_queue')].map(
      ({ values }) => values.function_name ?? values.name,
    );

    expect(new Set(named)).toEqual(new Set(there));
  });

  it('does not exist where it might cost', () => {
    expect(dev.platform.of('aws_cloudwatch_dashboard')).toEqual([]);
  });
});

describe('every stage', () => {
  const budgetOf = ({ platform }: Synthesis, name: string) => {
    const found = platform.of('aws_budgets_budget').find(({ values }) => values.name === name);
    return found?.values as Record<string, unknown>;
  };

  // Tokens of models and transcriptions carry no tag, and they are most of the bill.
  it('has a budget for everything in its account, with notifications, whatever credits it has', () => {
    for (const [synthesis, name] of [
      [dev, 'nova-dev-account'],
      [prod, 'nova-account'],
    ] as const) {
      const budget = budgetOf(synthesis, name);
      expect(budget.cost_filter).toBeUndefined();
      expect(budget.cost_types).toEqual({ include_credit: false, include_refund: false });
      const notifications = budget.notification as { subscriber_sns_topic_arns: string[] }[];
      expect(notifications.map((one) => one.subscriber_sns_topic_arns.length)).toEqual([1, 1]);
    }
  });

  it('has a budget for its tagged resources, with notifications', () => {
    for (const [synthesis, stage, name] of [
      [dev, 'dev', 'nova-dev-monthly'],
      [prod, 'prod', 'nova-monthly'],
    ] as const) {
      const values = budgetOf(synthesis, name);
      expect(values.cost_filter).toEqual([{ name: 'TagKeyValue', values: [`user:Stage$${stage}`] }]);
      const notifications = values.notification as { subscriber_sns_topic_arns: string[] }[];
      expect(notifications.map((one) => one.subscriber_sns_topic_arns.length)).toEqual([1, 1]);
      expect(JSON.stringify(synthesis.platform.file.provider)).toContain(`"Stage":"${stage}"`);
    }
  });

  it('has saved queries over the logs of all functions, and over the access log', () => {
    const queries = dev.platform.of('aws_cloudwatch_query_definition').map(({ values }) => ({
      name: String(values.name),
      groups: (values.log_group_names as string[]).map((name) =>
        String(dev.platform.referred(name).values.name),
      ),
    }));

    const groups = dev.platform.of('aws_cloudwatch_log_group').map(({ values }) => values.name);
    expect(new Set(queries.flatMap((one) => one.groups))).toEqual(new Set(groups));
    expect(queries.map(({ name }) => name)).toContain('nova-dev/all of one correlation id');
  });
});
