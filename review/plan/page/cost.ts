import { section, table } from '../markdown.ts';
import type { Review } from '../review.ts';

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const signed = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  signDisplay: 'exceptZero',
});

/** The cost of a month before and after the plan, and the difference. */
export const costSection = ({ costs }: Review) =>
  costs.length === 0
    ? ''
    : section(
        'Cost per month',
        table(
          ['profile', 'before', 'after', 'difference'],
          costs.map(([month, { before, after }]) => [
            month,
            shown(before),
            shown(after),
            before === undefined || after === undefined ? 'unknown' : signed.format(after - before),
          ]),
        ),
      );

const shown = (value: number | undefined) => (value === undefined ? 'unknown' : dollars.format(value));
