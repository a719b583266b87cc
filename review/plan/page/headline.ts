import { counted, list, table } from '../markdown.ts';
import type { Deed } from '../resources/resources.ts';
import { type Review, withDeed } from '../review.ts';

const columns: readonly Deed[] = ['create', 'update', 'replace', 'delete', 'forget'];
const titles: Readonly<Record<Deed, string>> = {
  create: 'add',
  update: 'change',
  replace: 'replace',
  delete: 'destroy',
  forget: 'forget',
  nothing: 'leave',
};

/** What to think of it, in one line. */
export function verdict(review: Review): string {
  if (review.losses.length > 0) return `⛔ DATA WOULD BE LOST: ${counted(review.losses.length, 'resource')}.`;
  if (review.exposures.length > 0)
    return '⛔ Something would be open to the world, or wider than any work needs.';
  const heavy = (['replace', 'delete'] as const).some((deed) => withDeed(review.resources, deed).length > 0);
  if (heavy || review.weakened.length > 0)
    return '⚠️ No data is lost, but read what is replaced, destroyed or less safe.';
  const anything = review.outputs.length > 0 || review.resources.some(({ deed }) => deed !== 'nothing');
  return anything ? '✅ Only additions and changes in place.' : '✅ Nothing to do.';
}

/** `12 to add, 1 to change` */
export function countsInWords({ resources }: Pick<Review, 'resources'>): string {
  const counts = columns.map((deed) => [titles[deed], withDeed(resources, deed).length] as const);
  const some = counts.filter(([, count]) => count > 0).map(([title, count]) => `${count} to ${title}`);
  return some.join(', ') || 'nothing to do';
}

/** The verdict and a table of counts, a row a stack. */
export function headline(review: Review): string {
  const rows = review.stacks.map(({ stack, resources }) => [
    `\`${stack}\``,
    ...columns.map((deed) => String(withDeed(resources, deed).length)),
  ]);
  return [`**${verdict(review)}**`, table(['stack', ...columns.map((deed) => titles[deed])], rows)].join(
    '\n\n',
  );
}

/** The same for a terminal, with what is loudest. */
export function inShort(review: Review): string {
  const loud = [
    ...review.losses.map(({ resource, holds }) => `${resource.words} would be lost: ${holds}`),
    ...review.exposures,
    ...review.weakened,
  ];
  const lines = [`${review.stage}: ${countsInWords(review)}. ${verdict(review)}`];
  return [...lines, ...(loud.length > 0 ? [list(loud)] : [])].join('\n');
}
