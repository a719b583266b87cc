import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js';
import type { Metric } from '@nova/shared/metrics';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { type Metrics, metricsOf } from './metrics.ts';

interface Line {
  readonly metrics: keyof Metrics;
  readonly stat: string;
  /** Shown instead of the metrics: `SUM(METRICS("x"))`, where `x` starts the id of each metric. */
  readonly expression?: { readonly id: string; readonly text: string; readonly label: string };
}

interface Chart {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Seconds per data point. */
  readonly period?: number;
}

/** The dashboard's charts, two in a row. CloudWatch shows 50 metrics for free. */
const charts: readonly Chart[] = [
  {
    title: 'Requests',
    lines: [
      { metrics: 'requests', stat: 'Sum' },
      { metrics: 'refused', stat: 'Sum' },
      { metrics: 'failed', stat: 'Sum' },
    ],
  },
  {
    title: 'Latency of answers, ms',
    lines: [
      { metrics: 'latency', stat: 'p50' },
      { metrics: 'latency', stat: 'p99' },
    ],
  },
  { title: 'Errors by function', lines: [{ metrics: 'errors', stat: 'Sum' }] },
  {
    title: 'Throttled: the whole account, and webhooks that wait',
    lines: [
      { metrics: 'accountThrottles', stat: 'Sum' },
      { metrics: 'webhookThrottles', stat: 'Sum' },
    ],
  },
  { title: 'Duration p99 by function, ms', lines: [{ metrics: 'durations', stat: 'p99' }] },
  { title: 'Cold starts of functions that answer requests', lines: [{ metrics: 'coldStarts', stat: 'Sum' }] },
  { title: 'Projector lag, ms', lines: [{ metrics: 'projectorLag', stat: 'Maximum' }] },
  {
    title: 'Failures parked, and dead letters',
    lines: [
      { metrics: 'parked', stat: 'Sum' },
      { metrics: 'deadLetters', stat: 'Maximum' },
    ],
  },
  {
    title: 'Tokens',
    lines: [
      { metrics: 'tokensIn', stat: 'Sum' },
      { metrics: 'tokensOut', stat: 'Sum' },
    ],
    period: 3600,
  },
  {
    title: 'Cost per day of the whole account, USD',
    lines: [
      {
        metrics: 'charges',
        stat: 'Maximum',
        expression: { id: 'perDay', text: 'DIFF(t0)', label: 'a day' },
      },
    ],
    period: 86_400,
  },
];

const [width, height] = [12, 6];

/** The stage's dashboard. */
export function dashboard(scope: Construct, settings: Settings): void {
  const metrics = metricsOf(settings);
  const widgets = charts.map(({ title, lines, period = 60 }, place) => ({
    type: 'metric',
    ...{ x: (place % 2) * width, y: Math.floor(place / 2) * height, width, height },
    properties: {
      ...{ title, region: settings.region, view: 'timeSeries', stacked: false, period },
      metrics: lines.flatMap((line) => rows(line, metrics[line.metrics])),
    },
  }));
  new CloudwatchDashboard(scope, 'dashboard', {
    dashboardName: settings.prefix,
    dashboardBody: JSON.stringify({ widgets }),
  });
}

/** Source: CloudWatch API reference, "Dashboard body structure and syntax". */
function rows({ stat, expression }: Line, metrics: readonly Metric[]): unknown[] {
  const shown = metrics.map(({ namespace, name, dimensions }, place) => [
    namespace,
    name,
    ...Object.entries(dimensions).flat(),
    { stat, ...(expression ? { id: `t${place}`, visible: false } : {}) },
  ]);
  if (!expression) return shown;
  const { id, text, label } = expression;
  return [...shown, [{ expression: text, id, label }]];
}
