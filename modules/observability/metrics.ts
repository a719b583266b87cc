import { type FunctionName, functionNames } from '@nova/shared/functions';
import { type Metric, ownMetrics } from '@nova/shared/metrics';
import { apiNameOf, deadLettersOf, functionNameOf, liveAlias } from '@nova/shared/naming';
import { apiStage, type Route, routes } from '@nova/shared/routes';
import { subscribers } from '@nova/shared/subscriptions';
import type { Settings } from '../settings.ts';

/** The functions that callers wait for. */
const answering = [...new Set(Object.values<Route>(routes).map((route) => route.function))];

/** The metrics of alarms and dashboard, by meaning. */
export function metricsOf({ prefix, models }: Settings) {
  const lambda = (name: string, functions: readonly FunctionName[] = functionNames) =>
    functions.map(
      (one): Metric => ({
        ...{ namespace: 'AWS/Lambda', name },
        dimensions: { FunctionName: functionNameOf(prefix, one) },
      }),
    );
  const api = (name: string): Metric => ({
    ...{ namespace: 'AWS/ApiGateway', name },
    dimensions: { ApiName: apiNameOf(prefix), Stage: apiStage },
  });
  const tokens = (name: string) =>
    [...new Set(Object.values(models))].map(
      (model): Metric => ({
        ...{ namespace: 'AWS/Bedrock', name },
        dimensions: { ModelId: model },
      }),
    );
  const projector = functionNameOf(prefix, 'event-projector');
  return {
    requests: [api('Count')],
    refused: [api('4XXError')],
    failed: [api('5XXError')],
    latency: [api('Latency')],
    errors: lambda('Errors'),
    // Of all functions in the account, because the quota is the account's. Source: Lambda guide, "Types of metrics for Lambda functions".
    accountThrottles: [{ ...{ namespace: 'AWS/Lambda', name: 'Throttles' }, dimensions: {} }],
    // Throttling is how its calls wait for one another.
    webhookThrottles: lambda('Throttles', ['webhook-handler']),
    durations: lambda('Duration'),
    coldStarts: ownMetrics.coldStarts(prefix, answering),
    projectorLag: [
      {
        ...{ namespace: 'AWS/Lambda', name: 'IteratorAge' },
        dimensions: { FunctionName: projector, Resource: `${projector}:${liveAlias}` },
      },
    ],
    parked: [ownMetrics.commitsQuarantined(prefix)],
    deadLetters: subscribers.map((name) => ({
      ...{ namespace: 'AWS/SQS', name: 'ApproximateNumberOfMessagesVisible' },
      dimensions: { QueueName: deadLettersOf(prefix, name) },
    })),
    tokensIn: tokens('InputTokenCount'),
    tokensOut: tokens('OutputTokenCount'),
    // Of the whole account: CloudWatch does not separate stages. Source: CloudWatch guide, "Monitoring billing charges".
    charges: [{ ...{ namespace: 'AWS/Billing', name: 'EstimatedCharges' }, dimensions: { Currency: 'USD' } }],
  } satisfies Record<string, readonly Metric[]>;
}

export type Metrics = ReturnType<typeof metricsOf>;
