import type { Check, Finding } from './check.ts';

/** What `$context` variables would write of a request into a log. */
const confidential =
  /\$context\.(authorizer|identity\.apiKey\b|requestOverride)|\$input|\$method\.request\.body/;

/** Nothing of the API is open, and nothing of what is said to it is logged. */
export const guardedApi: Check = (stack) => [
  ...stack
    .of('aws_api_gateway_method')
    .filter(({ values }) => values.authorization === 'NONE' && values.api_key_required !== true)
    .map(({ address }) => ({
      address,
      problem: 'answers whoever calls it',
      remedy: 'Set api_key_required',
    })),
  ...stack.of('aws_api_gateway_method_settings').flatMap(({ address, values }): Finding[] => {
    const { data_trace_enabled: traced } = values.settings as { data_trace_enabled?: boolean };
    const remedy = 'Set data_trace_enabled to false; the access log says what is needed';
    return traced === false ? [] : [{ address, problem: 'logs what callers and functions say', remedy }];
  }),
  ...stack.of('aws_api_gateway_stage').flatMap(({ address, values }): Finding[] => {
    const { format } = (values.access_log_settings ?? {}) as { format?: string };
    if (format === undefined) {
      return [{ address, problem: 'has no access log', remedy: 'Set access_log_settings' }];
    }
    const remedy = 'Leave it out of the format (modules/api/stage.ts)';
    return confidential.test(format) ? [{ address, problem: 'logs what is confidential', remedy }] : [];
  }),
];
