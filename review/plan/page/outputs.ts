import { differenceOf } from '../differences/differences.ts';
import { code, list, section } from '../markdown.ts';
import type { Review } from '../review.ts';

export const outputsSection = ({ outputs }: Review) =>
  section('Outputs', list(outputs.map(([name, change]) => `${code(name)}: ${differenceOf(change)}`)));
