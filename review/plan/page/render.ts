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

/** The most severe first. */
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
 * A review as Markdown, without empty sections.
 * @param notes sentences that come first
 */
export const renderReview = (review: Review, notes: readonly string[] = []): string =>
  page([
    `# Plan for stage ${review.stage}`,
    ...notes,
    headline(review),
    ...sections.map((render) => render(review)),
  ]);

/** Only the changes that were made outside Terraform. */
export const renderDrift = (review: Review): string =>
  page([
    `# Stage ${review.stage} changed outside Terraform`,
    `\`make plan STAGE=${review.stage}\` shows how to undo these changes; to keep them, declare them in the stack.`,
    driftSection(review),
  ]);

const page = (parts: readonly string[]) =>
  parts
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
