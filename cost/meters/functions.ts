import { functionNames } from '@nova/shared/functions';
import { line, type Meter, nameIn, numberIn } from '../line.ts';
import { hoursPerMonth } from '../prices.ts';

const mbPerGb = 1024;
/** Gigabytes of log for an invocation: our estimate of the platform's and Powertools' lines. */
const logGbPerInvocation = 2e-6;

/** Invocations, their time by memory, their traces and their logs. */
export const lambdaFunction: Meter = (resource, usage) => {
  const name = nameIn(resource.values.function_name, functionNames);
  const { invocations, seconds } = name ? usage.functions[name] : { invocations: 0, seconds: 0 };
  const gb = numberIn(resource, 'memory_size', 128) / mbPerGb;
  const { address } = resource;
  return [
    line(address, 'invocations', invocations, 'lambdaRequest'),
    line(address, `seconds of ${gb * mbPerGb} MB`, seconds * gb, 'lambdaGbSecond'),
    line(address, 'traces', invocations, 'trace'),
    line(address, 'logs', invocations * logGbPerInvocation, 'logGb'),
    // Billed for each hour with a value.
    line(address, 'cold start metric', usage.activeHours / hoursPerMonth, 'customMetric'),
  ];
};

export const provisionedConcurrency: Meter = (resource) => [
  line(
    resource.address,
    'sandboxes kept warm',
    numberIn(resource, 'provisioned_concurrent_executions', 1) * hoursPerMonth,
    'lambdaProvisioned',
    { fixed: true, note: 'for each GB of the function' },
  ),
];
