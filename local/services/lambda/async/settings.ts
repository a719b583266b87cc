import type { Stack } from '../../../contracts.ts';
import { type Block, blockOf, numberOf, optionalText, textOf } from '../../../stack/read.ts';
import { parseFunctionName, qualified } from '../arn.ts';

/** How often and how long an asynchronous invocation is tried, and where its outcome goes. */
export interface AsyncSettings {
  readonly maximumRetries: number;
  readonly maximumAgeMs: number;
  readonly onFailure: string | undefined;
  readonly onSuccess: string | undefined;
}

/** Lambda's own settings for a function that has none: two retries, six hours. */
const defaults: AsyncSettings = {
  maximumRetries: 2,
  maximumAgeMs: 6 * 3600_000,
  onFailure: undefined,
  onSuccess: undefined,
};

/** Settings of a function, or of one of its aliases: neither applies to the other. */
export function asyncSettingsOf(
  stack: Stack,
): (name: string, qualifier: string | undefined) => AsyncSettings {
  const known = new Map<string, AsyncSettings>();
  for (const resource of stack.of('aws_lambda_function_event_invoke_config')) {
    const destinations = { values: blockOf(resource, 'destination_config') ?? {} };
    const destination = (kind: string) => (blockOf(destinations, kind) as Block)?.destination;
    const { name } = parseFunctionName(textOf(resource, 'function_name'));
    known.set(qualified(name, optionalText(resource, 'qualifier')), {
      maximumRetries: numberOf(resource, 'maximum_retry_attempts', defaults.maximumRetries),
      maximumAgeMs: numberOf(resource, 'maximum_event_age_in_seconds', defaults.maximumAgeMs / 1000) * 1000,
      onFailure: destination('on_failure') as string | undefined,
      onSuccess: destination('on_success') as string | undefined,
    });
  }
  return (name, qualifier) => known.get(qualified(name, qualifier)) ?? defaults;
}
