import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import type { Metric } from '@nova/shared/metrics';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { type Metrics, metricsOf } from './metrics.ts';

/** When somebody is told. Billed by the metric, so what one alarm can watch is one alarm. */
export interface AlarmRule {
  readonly tells: string;
  readonly metrics: keyof Metrics;
  readonly statistic: 'Sum' | 'Maximum';
  /** Reached or passed, by all metrics together. */
  readonly threshold: number;
  /** Minutes of the last few in which that must be so. */
  readonly minutes: readonly [reached: number, of: number];
  /** Whether a rollout turns back on it. */
  readonly stopsRollouts: boolean;
}

/** By their names, which are the headings of docs/runbook.md too. */
export const alarmRules = {
  'functions-failing': {
    tells: 'Functions end in errors',
    metrics: 'errors',
    statistic: 'Sum',
    threshold: 3,
    minutes: [2, 5],
    stopsRollouts: true,
  },
  'api-failing': {
    tells: 'Callers get answers of 500 and more',
    metrics: 'failed',
    statistic: 'Sum',
    threshold: 3,
    minutes: [2, 5],
    stopsRollouts: true,
  },
  'functions-throttled': {
    tells: 'Functions are refused because too many run',
    metrics: 'accountThrottles',
    statistic: 'Sum',
    threshold: 10,
    minutes: [3, 5],
    stopsRollouts: false,
  },
  'projector-behind': {
    tells: 'What the API shows is more than a minute old',
    metrics: 'projectorLag',
    statistic: 'Maximum',
    threshold: 60_000,
    minutes: [3, 5],
    stopsRollouts: true,
  },
  'commits-parked': {
    tells: 'Commits were put aside because the projector cannot read them',
    metrics: 'parked',
    statistic: 'Sum',
    threshold: 1,
    minutes: [1, 1],
    stopsRollouts: true,
  },
  'dead-letters': {
    tells: 'Events wait that a function never took',
    metrics: 'deadLetters',
    statistic: 'Maximum',
    threshold: 1,
    minutes: [1, 1],
    stopsRollouts: false,
  },
} as const satisfies Record<string, AlarmRule>;

export type AlarmName = keyof typeof alarmRules;

export const alarmNameOf = (prefix: string, name: AlarmName) => `${prefix}-${name}`;

/** ARNs of all of them, whether or not the stage has alarms. */
export const alarmArns = ({ prefix, region }: Pick<Settings, 'prefix' | 'region'>, accountId: string) =>
  (Object.keys(alarmRules) as AlarmName[]).map(
    (name) => `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarmNameOf(prefix, name)}`,
  );

/** Every alarm of the rules. */
export class Alarms extends Construct {
  /** Names of those that a rollout turns back on. */
  readonly stoppingRollouts: readonly string[];

  constructor(scope: Construct, id: string, settings: Settings, topicArn: string) {
    super(scope, id);
    const metrics = metricsOf(settings);
    const made = Object.entries<AlarmRule>(alarmRules).map(([name, rule]) => {
      const alarm = this.#alarm(name as AlarmName, rule, metrics[rule.metrics], settings, topicArn);
      return { rule, name: alarm.alarmName };
    });
    this.stoppingRollouts = made.filter(({ rule }) => rule.stopsRollouts).map((alarm) => alarm.name);
  }

  #alarm(
    name: AlarmName,
    rule: AlarmRule,
    metrics: readonly Metric[],
    { prefix }: Settings,
    topicArn: string,
  ) {
    const [reached, of] = rule.minutes;
    return new CloudwatchMetricAlarm(this, name, {
      alarmName: alarmNameOf(prefix, name),
      alarmDescription: `${rule.tells}. What to do: docs/runbook.md#${name}`,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: rule.threshold,
      datapointsToAlarm: reached,
      evaluationPeriods: of,
      // Silence is what an idle platform is.
      treatMissingData: 'notBreaching',
      alarmActions: [topicArn],
      okActions: [topicArn],
      metricQuery: [
        {
          id: 'all',
          expression: rule.statistic === 'Sum' ? 'SUM(METRICS())' : 'MAX(METRICS())',
          label: rule.tells,
          returnData: true,
        },
        ...metrics.map(({ namespace, name: metricName, dimensions }, place) => ({
          id: `m${place}`,
          returnData: false,
          metric: { namespace, metricName, dimensions, period: 60, stat: rule.statistic },
        })),
      ],
    });
  }
}
