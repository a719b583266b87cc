import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderReview } from '../../review/plan/render.ts';
import type { Review } from '../../review/plan/review.ts';
import { inShort } from '../../review/plan/sections/headline.ts';
import { say } from '../errors.ts';
import { plansFolder } from './record.ts';

/**
 * Writes a review down beside the plans, and says it in short and where to read it.
 * @param notes what else to know of it, first of all
 */
export function publish(
  review: Review,
  name: 'plan.md' | 'pipeline.md' | 'destroy.md' | 'drift.md',
  notes: readonly string[] = [],
): void {
  const page = join(plansFolder(review.stage), name);
  writeFileSync(page, renderReview(review, notes));
  say(`${inShort(review)}\nRead ${page}.`);
}
