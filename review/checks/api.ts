import type { Resource, SynthesizedStack } from '../synthesized-stack.ts';
import type { Check, Finding } from './check.ts';

/** `$context` variables that would write confidential parts of a request into a log. */
const confidential =
  /\$context\.(authorizer|identity\.apiKey\b|requestOverride)|\$input|\$method\.request\.body/;

/** Whether API Gateway answers a method by itself: browsers ask without a key whether a page may send its request. */
const isPreflight = (stack: SynthesizedStack, { address, values }: Resource): boolean =>
  values.http_method === 'OPTIONS' &&
  stack
    .of('aws_api_gateway_integration')
    .some(
      (integration) =>
        integration.values.type === 'MOCK' && integration.values.http_method === `\${${address}.http_method}`,
    );

/** Every route needs a key, and logs contain no requests or responses. */
export const guardedApi: Check = (stack) => [
  ...stack
    .of('aws_api_gateway_method')
    .filter(({ values }) => values.authorization === 'NONE' && values.api_key_required !== true)
    .filter((method) => !isPreflight(stack, method))
    .map(({ address }) => ({
      address,
      problem: 'answers requests without an API key',
      remedy: 'Set api_key_required',
    })),
  ...stack.of('aws_api_gateway_method_settings').flatMap(({ address, values }): Finding[] => {
    const { data_trace_enabled: traced } = values.settings as { data_trace_enabled?: boolean };
    const remedy = 'Set data_trace_enabled to false; the access log is enough';
    return traced === false ? [] : [{ address, problem: 'logs requests and responses', remedy }];
  }),
  ...stack.of('aws_api_gateway_stage').flatMap(({ address, values }): Finding[] => {
    const { format } = (values.access_log_settings ?? {}) as { format?: string };
    if (format === undefined) {
      return [{ address, problem: 'has no access log', remedy: 'Set access_log_settings' }];
    }
    const remedy = 'Remove it from the format (modules/api/stage.ts)';
    return confidential.test(format) ? [{ address, problem: 'logs confidential values', remedy }] : [];
  }),
];
