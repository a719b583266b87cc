import { aggregates } from '@nova/shared/events/stream-id';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** Options that several commands share, and parsers of their values. */

export const keyOption = () => new Option('--key <name>', 'name of the API key to use').default('developer');

export const typeOption = () =>
  new Option(
    '--type <media type>',
    'media type, such as audio/mpeg, where neither the file name nor the bytes tell it',
  );

export const tenantOption = () => new Option('--tenant <id>', 'only the streams of this API key');

export const aggregateOption = () =>
  new Option('--aggregate <name>', 'only streams of this kind').choices(aggregates);

/**
 * An option that may be repeated.
 * @param absent how the help describes its absence
 * @param allowed values it may have; any when absent
 */
export const repeatable = (
  flags: string,
  description: string,
  absent: string,
  allowed?: readonly string[],
) => {
  const option = new Option(flags, `${description}; may be repeated`);
  return (allowed ? option.choices(allowed) : option)
    .argParser((value: string, before: readonly string[]) => {
      if (allowed && !allowed.includes(value)) {
        throw new InvalidArgumentError(`It must be one of ${allowed.join(', ')}.`);
      }
      return [...before, value];
    })
    .default([], absent);
};

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number of 1 or more.');
}

/** A date, or a moment, as the API takes it. */
function instant(text: string): string {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new InvalidArgumentError('It must be a date, such as 2026-11-30 or 2026-11-30T18:00:00Z.');
}

/** Options of every list: its range in time, and its pages. */
export const addRangeOptions = (command: Command, pageSize: number): Command =>
  command
    .option('--after <time>', 'only what was created then or later', instant)
    .option('--before <time>', 'only what was created before then', instant)
    .option('--limit <n>', 'entries on a page', wholeNumber, pageSize)
    .option('--cursor <cursor>', 'the next page: as the page before says');
