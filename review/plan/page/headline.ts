import { counted, list, table } from '../markdown.ts';
import type { PlannedAction, PlannedResource } from '../resources/resources.ts';
import { type Review, withAction } from '../review.ts';

const columns: readonly PlannedAction[] = ['create', 'update', 'replace', 'delete', 'forget'];
const titles: Readonly<Record<PlannedAction, string>> = {
  create: 'add',
  update: 'change',
  replace: 'replace',
  delete: 'destroy',
  forget: 'forget',
  nothing: 'leave',
};

/** The verdict on a plan, in one line. */
export function verdict(review: Review): string {
  if (review.losses.length > 0) return `⛔ DATA WOULD BE LOST: ${counted(review.losses.length, 'resource')}.`;
  if (review.exposures.length > 0)
    return '⛔ The plan opens something to the public, or grants more than any task needs.';
  const replaced = withAction(review.resources, 'replace');
  const heavy =
    withAction(review.resources, 'delete').length > 0 || replaced.some((resource) => !isSucceeded(resource));
  if (heavy || review.weakened.length > 0)
    return '⚠️ No data is lost, but review what is replaced, destroyed or less safe.';
  const anything = review.outputs.length > 0 || review.resources.some(({ action }) => action !== 'nothing');
  if (replaced.length > 0)
    return '✅ Only additions, changes in place, and new versions beside the old ones.';
  return anything ? '✅ Only additions and changes in place.' : '✅ Nothing to do.';
}

const versions = new Set(['aws_api_gateway_deployment', 'aws_bedrock_guardrail_version']);

/** Whether a replacement is a new version, which exists before callers leave the old one. */
const isSucceeded = ({ type, change }: PlannedResource) =>
  versions.has(type) && change.actions[0] === 'create';

/** `12 to add, 1 to change` */
export function countsInWords({ resources }: Pick<Review, 'resources'>): string {
  const counts = columns.map((action) => [titles[action], withAction(resources, action).length] as const);
  const some = counts.filter(([, count]) => count > 0).map(([title, count]) => `${count} to ${title}`);
  return some.join(', ') || 'nothing to do';
}

/** The verdict and a table of counts, a row a stack. */
export function headline(review: Review): string {
  const rows = review.stacks.map(({ stack, resources }) => [
    `\`${stack}\``,
    ...columns.map((action) => String(withAction(resources, action).length)),
  ]);
  return [`**${verdict(review)}**`, table(['stack', ...columns.map((action) => titles[action])], rows)].join(
    '\n\n',
  );
}

/** A summary for the terminal: the counts, the verdict and the risks. */
export function summaryOf(review: Review): string {
  const risks = [
    ...review.losses.map(({ resource, holds }) => `${resource.words} would be lost: ${holds}`),
    ...review.exposures,
    ...review.weakened,
  ];
  const lines = [`${review.stage}: ${countsInWords(review)}. ${verdict(review)}`];
  return [...lines, ...(risks.length > 0 ? [list(risks)] : [])].join('\n');
}
