import type { FunctionName } from './functions.ts';
import { functionNameOf } from './naming.ts';

/** A metric in CloudWatch. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Commits that the projector quarantined because no retry can project them. */
export const commitsQuarantined = 'CommitsParked';

/** Deliveries of webhooks that no receiver accepted. No alarm watches it: the receivers are the customers' own. */
export const webhooksUndelivered = 'WebhooksUndelivered';

/** Our own metrics; their namespace is the stage's prefix. */
export const ownMetrics = {
  commitsQuarantined: (prefix: string): Metric => ({
    namespace: prefix,
    name: commitsQuarantined,
    dimensions: { service: 'event-projector' satisfies FunctionName },
  }),
  /** Source: Powertools for AWS Lambda (TypeScript), Metrics, "Capturing a cold start". */
  coldStarts: (prefix: string, functions: readonly FunctionName[]): Metric[] =>
    functions.map((name) => ({
      namespace: prefix,
      name: 'ColdStart',
      dimensions: { service: name, function_name: functionNameOf(prefix, name) },
    })),
};
