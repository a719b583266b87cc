import type { Review } from '../review.ts';
import { accessSection, exposureSection, weakenedSection } from './access.ts';
import { costSection } from './cost.ts';
import { headline } from './headline.ts';
import {
  addedSection,
  changedSection,
  destroyedSection,
  driftSection,
  forgottenSection,
  lossSection,
  outputsSection,
  replacedSection,
} from './resources.ts';

/** Loudest first. */
const sections = [
  lossSection,
  exposureSection,
  weakenedSection,
  replacedSection,
  destroyedSection,
  forgottenSection,
  changedSection,
  accessSection,
  costSection,
  addedSection,
  outputsSection,
  driftSection,
];

/**
 * A review as Markdown. What has nothing to say is left out.
 * @param notes sentences that come first
 */
export const renderReview = (review: Review, notes: readonly string[] = []): string =>
  page([
    `# Plan for stage ${review.stage}`,
    ...notes,
    headline(review),
    ...sections.map((render) => render(review)),
  ]);

/** What was changed outside Terraform, and nothing else of a review. */
export const renderDrift = (review: Review): string =>
  page([
    `# Stage ${review.stage} is not what was applied`,
    `\`make plan STAGE=${review.stage}\` shows what would put these back; or change the stack to say so.`,
    driftSection(review),
  ]);

const page = (parts: readonly string[]) =>
  parts
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
