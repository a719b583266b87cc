import { type Aggregate, aggregates } from '@nova/shared/events/index';
import { InvalidArgumentError, Option } from 'commander';

/** Options that more than one command has, and how their values are read. */

export const keyOption = () =>
  new Option('--key <name>', 'the API key to use, by its name').default('developer');

export const collected = (value: string, before: readonly string[]) => [...before, value];

/** An option that may be repeated, of which each value is one of these. */
export const someOf = (flags: string, description: string, allowed: readonly string[]) =>
  new Option(flags, `${description}; may be repeated`)
    .choices(allowed)
    .argParser((value: string, before: readonly string[]) => {
      if (!allowed.includes(value))
        throw new InvalidArgumentError(`It must be one of ${allowed.join(', ')}.`);
      return collected(value, before);
    })
    .default([], 'all');

export const aggregateOption = () =>
  new Option('--aggregate <name>', 'only streams of a kind').choices(
    aggregates satisfies readonly Aggregate[],
  );

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number of 1 or more.');
}
