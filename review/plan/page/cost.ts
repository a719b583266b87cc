import { section, table } from '../markdown.ts';
import type { Review } from '../review.ts';

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const signed = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  signDisplay: 'exceptZero',
});

/** What a month costs before and after, and the difference. */
export const costSection = ({ costs }: Review) =>
  costs.length === 0
    ? ''
    : section(
        'Cost a month',
        table(
          ['a month that is', 'before', 'after', 'difference'],
          costs.map(([month, { before, after }]) => [
            month,
            shown(before),
            shown(after),
            before === undefined || after === undefined ? 'not known' : signed.format(after - before),
          ]),
        ),
      );

const shown = (value: number | undefined) => (value === undefined ? 'not known' : dollars.format(value));
