/// <reference path="./jsdom-parser.d.ts" />
import { Readability } from '@mozilla/readability';
import JSDOMParser from '@mozilla/readability/JSDOMParser.js';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import { type TreeLimits, treeMarkup } from './tree-markup.ts';

/** Characters of a page, at most, that is made into a tree. */
const maxChars = 2 * 1024 ** 2;
/**
 * Readability takes the square of the elements that are side by side, and of those in one another: two seconds of a processor for the worst
 * page of this size. Of 1,300 pages of newspapers, blogs, shops and agencies, four are larger; the deepest has 51 elements in one another.
 */
const limits: TreeLimits = { elements: 5000, depth: 64 };

/**
 * The markup of the article of a page, as Firefox's Reader View finds it.
 * @param budget looked at before each window of the source, and before the article is looked for
 * @returns undefined for a page without one, and for one that is too large for a tree
 */
export function articleOf(source: string, budget: WorkBudget): string | undefined {
  if (source.length > maxChars) return undefined;
  const markup = treeMarkup(source, limits, budget);
  if (markup === undefined) return undefined;
  budget();
  try {
    const page = new JSDOMParser().parse(markup, 'https://page.invalid/');
    return new Readability(page, { disableJSONLD: true }).parse()?.content ?? undefined;
  } catch {
    // A page that Readability cannot judge is read as any other.
    return undefined;
  }
}
