import { differenceOf } from '../differences.ts';
import { code, list, section } from '../markdown.ts';
import type { Review } from '../review.ts';

export const outputsSection = ({ outputs }: Review) =>
  section('Outputs', list(outputs.map(([name, change]) => `${code(name)}: ${differenceOf(change)}`)));

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const signed = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  signDisplay: 'exceptZero',
});

export const costSection = ({ cost }: Review) =>
  cost
    ? section(
        'Cost',
        `${signed.format(cost.after - cost.before)} a month: ${dollars.format(cost.before)} → ${dollars.format(cost.after)}.`,
      )
    : '';
