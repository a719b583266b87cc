import { checkovVersion } from './checkov.ts';
import type { Row, Verdicts } from './verdicts.ts';

const [begin, end] = ['<!-- made by `make scan` -->', '<!-- end of what `make scan` makes -->'];

const table = (heads: string, rows: readonly Row[]) =>
  [heads, '| --- | --- |', ...rows.map(({ ids, what, why }) => `| ${shorten(ids)} ${what} | ${why} |`)].join(
    '\n',
  );

/** `CKV_AWS_50, CKV_AWS_51` → `CKV_AWS_50, 51` */
const shorten = (ids: readonly string[]) =>
  ids
    .map((id, place) => {
      const family = id.slice(0, id.lastIndexOf('_') + 1);
      return place > 0 && ids[place - 1]?.startsWith(family) ? id.slice(family.length) : id;
    })
    .join(', ');

/** The section of docs/security.md about the scanner. */
export const section = ({ met, notMet }: Verdicts) =>
  [
    begin,
    `By the ids of Checkov ${checkovVersion}, over the plans of production's three stacks. Checkov counts CKV_AWS_18, access logs of buckets, as
passed in plans whether or not there are any: they are off by default (\`accessLogs\`).`,
    table('| met | by |', met),
    table('| not met | why not |', notMet),
    end,
  ].join('\n\n');

/** Puts the section into the page, in the place of the one before. */
export function withSection(page: string, verdicts: Verdicts): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no section between ${begin} and ${end}`);
  return page.slice(0, from) + section(verdicts) + page.slice(to + end.length);
}
