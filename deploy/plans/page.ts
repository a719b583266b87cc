import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { summaryOf } from '../../review/plan/page/headline.ts';
import { renderDrift, renderReview } from '../../review/plan/page/render.ts';
import type { Review } from '../../review/plan/review.ts';
import { printLine } from '../console.ts';
import { plansFolder } from './record.ts';

/**
 * Writes a review beside the plans, and prints its summary and its path.
 * @param notes sentences that come first on the page
 */
export function publish(
  review: Review,
  name: 'plan.md' | 'pipeline.md' | 'destroy.md',
  notes: readonly string[] = [],
): void {
  const page = write(review.stage, name, renderReview(review, notes));
  printLine(`${summaryOf(review)}\nRead ${page}.`);
}

/** Writes a page of the changes that were made outside Terraform, and prints its path. */
export function publishDrift(review: Review): void {
  printLine(`Read ${write(review.stage, 'drift.md', renderDrift(review))}.`);
}

function write(stage: string, name: string, text: string): string {
  const page = join(plansFolder(stage), name);
  writeFileSync(page, text);
  return page;
}
