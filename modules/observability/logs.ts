import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { CloudwatchQueryDefinition } from '@cdktf/provider-aws/lib/cloudwatch-query-definition/index.js';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/** A log group with a retention; one that a service creates for itself keeps everything forever. */
export const logGroup = (scope: Construct, name: string, settings: Settings) =>
  new CloudwatchLogGroup(scope, 'logs', { name, retentionInDays: settings.retention.logs });

/** Saved queries of the functions' logs. Source: CloudWatch Logs Insights query syntax. */
const queries = {
  'errors by function': `filter level = "ERROR"
| stats count() as errors, latest(message) as last by service, error.name
| sort errors desc`,
  'all of one correlation id': `fields @timestamp, service, level, message
| filter correlationId = "PUT THE CORRELATION ID HERE"
| sort @timestamp`,
  'slowest invocations': `filter type = "platform.report"
| fields record.requestId as requestId, record.metrics.durationMs as ms, record.metrics.maxMemoryUsedMB as MB, @log
| sort ms desc
| limit 50`,
  'cold starts': `filter type = "platform.report" and ispresent(record.metrics.initDurationMs)
| stats count() as coldStarts, pct(record.metrics.initDurationMs, 50) as p50, pct(record.metrics.initDurationMs, 99) as p99 by @log`,
  'memory nearly used up': `filter type = "platform.report"
| stats max(record.metrics.maxMemoryUsedMB) as peakMB, max(record.metrics.memorySizeMB) as sizeMB by @log
| filter peakMB > 0.9 * sizeMB`,
  'webhooks not delivered': `filter message = "A webhook was not delivered"
| fields @timestamp, tenant, webhookId, attempt, outcome.status, outcome.failure
| sort @timestamp desc
| limit 100`,
} as const;

/** Saved queries of the API's access log. */
const accessQueries = {
  'requests that failed': `filter status >= 500
| fields @timestamp, method, route, status, requestId, gatewayError, traceId
| sort @timestamp desc
| limit 100`,
  'latency by route': `stats count() as requests, pct(latencyMs, 50) as p50, pct(latencyMs, 99) as p99 by method, route
| sort p99 desc`,
  'requests by key': `stats count() as requests, sum(status >= 400) as refused by apiKeyId
| sort requests desc`,
} as const;

export interface SavedQueriesProps {
  readonly settings: Settings;
  readonly functionLogs: readonly string[];
  readonly accessLog: string;
}

/** The saved queries, under `<prefix>/` in CloudWatch Logs Insights. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { settings, functionLogs, accessLog }: SavedQueriesProps) {
    super(scope, id);
    const save = (saved: Readonly<Record<string, string>>, logGroupNames: readonly string[]) => {
      for (const [name, queryString] of Object.entries(saved)) {
        new CloudwatchQueryDefinition(this, name.replaceAll(' ', '-'), {
          name: `${settings.prefix}/${name}`,
          queryString,
          logGroupNames: [...logGroupNames],
        });
      }
    };
    save(queries, functionLogs);
    save(accessQueries, [accessLog]);
  }
}
