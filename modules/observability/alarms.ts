import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import type { Metric } from '@nova/shared/metrics';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { type Metrics, metricsOf } from './metrics.ts';

/** The rule of one alarm. Alarms are billed by the metric, so metrics with the same rule share an alarm. */
export interface AlarmRule {
  readonly tells: string;
  readonly metrics: keyof Metrics;
  /** Metrics whose sum is subtracted; a rule with them needs more than one minute, see {@link expressionOf}. */
  readonly without?: keyof Metrics;
  readonly statistic: 'Sum' | 'Maximum';
  /** The alarm fires at this value or above, over all metrics together. */
  readonly threshold: number;
  /** Number of minutes that must reach the threshold, and length of the period in minutes. */
  readonly minutes: readonly [reached: number, of: number];
  /** Whether the alarm rolls a rollout back. */
  readonly stopsRollouts: boolean;
}

/** Alarm rules by name; the names are also headings of docs/runbook.md. */
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
    without: 'webhookThrottles',
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

/** ARNs of all alarms, whether or not the stage declares them. */
export const alarmArns = ({ prefix, region }: Pick<Settings, 'prefix' | 'region'>, accountId: string) =>
  (Object.keys(alarmRules) as AlarmName[]).map(
    (name) => `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarmNameOf(prefix, name)}`,
  );

/** One alarm for each rule. */
export class Alarms extends Construct {
  /** Names of the alarms that roll a rollout back. */
  readonly stoppingRollouts: readonly string[];

  constructor(scope: Construct, id: string, settings: Settings, topicArn: string) {
    super(scope, id);
    const metrics = metricsOf(settings);
    const made = Object.entries<AlarmRule>(alarmRules).map(([name, rule]) => {
      const watched = [metrics[rule.metrics], rule.without ? metrics[rule.without] : []] as const;
      const alarm = this.#alarm(name as AlarmName, rule, watched, settings, topicArn);
      return { rule, name: alarm.alarmName };
    });
    this.stoppingRollouts = made.filter(({ rule }) => rule.stopsRollouts).map((alarm) => alarm.name);
  }

  #alarm(
    name: AlarmName,
    rule: AlarmRule,
    [added, subtracted]: readonly [readonly Metric[], readonly Metric[]],
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
      // An idle platform sends no data.
      treatMissingData: 'notBreaching',
      alarmActions: [topicArn],
      okActions: [topicArn],
      metricQuery: [
        {
          id: 'all',
          expression: expressionOf(rule),
          label: rule.tells,
          returnData: true,
        },
        ...queries('m', added, rule.statistic),
        ...queries('s', subtracted, rule.statistic),
      ],
    });
  }
}

/**
 * A function that is not invoked sends no data, which counts as 0. If its data of the last minute is late, FILL counts that minute as
 * 0 too and subtracts too little, so the rule must not fire at a single minute: "You can work around this by using a M out of N alarm".
 * Source: CloudWatch user guide, "Using metric math", FILL.
 */
function expressionOf({ statistic, without }: AlarmRule): string {
  if (without) return 'SUM(METRICS("m")) - SUM(FILL(METRICS("s"), 0))';
  return statistic === 'Sum' ? 'SUM(METRICS())' : 'MAX(METRICS())';
}

const queries = (id: string, metrics: readonly Metric[], stat: AlarmRule['statistic']) =>
  metrics.map(({ namespace, name: metricName, dimensions }, place) => ({
    id: `${id}${place}`,
    returnData: false,
    metric: { namespace, metricName, dimensions, period: 60, stat },
  }));
