import type { Resource, SynthesizedStack } from '../synthesized-stack.ts';
import type { Check, Finding } from './check.ts';

const names = (stack: SynthesizedStack) =>
  stack
    .of('aws_lambda_function')
    .map((resource) => ({ resource, name: String(resource.values.function_name) }));

/** Every function is traced, and writes to a log group with a retention. */
export const loggedAndTraced: Check = (stack) =>
  names(stack).flatMap(({ resource: { address, values } }): Finding[] => {
    const { log_group: group } = (values.logging_config ?? {}) as { log_group?: string };
    const expires = group !== undefined && stack.referred(group).values.retention_in_days !== undefined;
    const { mode } = (values.tracing_config ?? {}) as { mode?: string };
    return [
      ...(expires
        ? []
        : [
            {
              address,
              problem: 'keeps its logs for ever',
              remedy: 'Give it a log group with retention_in_days',
            },
          ]),
      ...(mode === 'Active'
        ? []
        : [{ address, problem: 'is not traced', remedy: 'Set tracing_config.mode to Active' }]),
    ];
  });

/** Events that a function fails to process go to a failure destination or a dead letter queue. */
export const failuresHaveAHome: Check = (stack) => {
  const invoked = [
    ...stack.of('aws_cloudwatch_event_target').map(({ values }) => values.arn),
    ...stack.of('aws_lambda_event_source_mapping').map(({ values }) => values.function_name),
  ];
  const settled = [
    ...stack.of('aws_lambda_function_event_invoke_config'),
    ...stack.of('aws_lambda_event_source_mapping'),
  ].filter(({ values }) => hasFailureDestination(values));
  const homes = new Set(settled.map(({ values }) => stack.invoked(values.function_name).address));
  const without = invoked.map((arn) => stack.invoked(arn)).filter(({ address }) => !homes.has(address));
  return [
    ...unique(without).map((address) => ({
      address,
      problem: 'loses the events that it fails to process',
      remedy: 'Give it a failure destination (modules/functions/invocation.ts)',
    })),
    ...stack
      .of('aws_cloudwatch_event_target')
      .filter(({ values }) => !values.dead_letter_config)
      .map(({ address }) => ({
        address,
        problem: 'loses the events that it fails to deliver',
        remedy: 'Set dead_letter_config to the queue of its function',
      })),
  ];
};

function hasFailureDestination(values: Resource['values']): boolean {
  const { on_failure } = (values.destination_config ?? {}) as { on_failure?: object };
  return on_failure !== undefined;
}

const unique = (resources: readonly Resource[]) => [...new Set(resources.map(({ address }) => address))];

/** In a watched stage, an alarm watches every function and every queue. */
export const watchedByAlarms: Check = (stack, { watched }) => {
  if (!watched) return [];
  const watching = JSON.stringify(
    stack.of('aws_cloudwatch_metric_alarm').map(({ values }) => values.metric_query),
  );
  const unwatched = (dimension: string, name: unknown) => !watching.includes(`"${dimension}":"${name}"`);
  const remedy = 'Add it to the metrics of an alarm (modules/observability/metrics.ts)';
  return [
    ...names(stack)
      .filter(({ name }) => unwatched('FunctionName', name))
      .map(({ resource: { address } }) => ({ address, problem: 'has no alarm', remedy })),
    ...stack
      .of('aws_sqs_queue')
      .filter(({ values }) => unwatched('QueueName', values.name))
      .map(({ address }) => ({ address, problem: 'has no alarm', remedy })),
  ];
};

/** Functions name images by digest, since a tag can move to another image. */
export const imagesByDigest: Check = (stack) =>
  stack
    .of('aws_lambda_function')
    .filter(({ values }) => values.image_uri !== undefined && !String(values.image_uri).includes('@'))
    .map(({ address }) => ({
      address,
      problem: 'runs an image by its tag',
      remedy: 'Name it by digest (modules/agent-image/registry.ts)',
    }));
