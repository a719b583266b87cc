import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { Block, DocumentPart } from '../blocks/block.ts';
import { Menus } from './menus.ts';
import type { LinkedBlock } from './page-blocks.ts';
import { PageReader } from './page-reader.ts';
import { type Extent, surveyed } from './survey.ts';
import { walk } from './walk.ts';

/** Characters of a page, at most, whose menus are looked for in its text: it is read once more for that. */
const menuChars = 2 * 1024 ** 2;
/** Share of the text that menus leave, at least: a page that is all links is read whole. */
const textShare = 0.3;

/**
 * The blocks of a page, without scripts, menus and addresses of links, and the facts of its head.
 * @param budget looked at before each window of the source
 */
export function* readHtml(source: string, budget: WorkBudget): Generator<DocumentPart> {
  const extent = surveyed(source, budget);
  const reader = new PageReader(extent);
  const menus = hasMenus(source, extent, budget) ? new Menus() : undefined;
  for (const _ of walk(source, reader, budget)) yield* withoutMenus(reader.take(), menus);
  yield* reader.about();
  yield* withoutMenus(reader.end(), menus);
  if (menus) yield* menus.end();
}

const withoutMenus = (found: readonly LinkedBlock[], menus: Menus | undefined): Block[] =>
  found.flatMap((linked) => (menus ? menus.add(linked) : [linked.block]));

/** Whether menus are to be left out of the text, after a reading that counts what would be left. */
function hasMenus(source: string, extent: Extent, budget: WorkBudget): boolean {
  if (extent === 'main' || source.length > menuChars) return false;
  const reader = new PageReader(extent);
  const menus = new Menus();
  let [all, left] = [0, 0];
  const count = (found: readonly LinkedBlock[]) => {
    for (const { block } of found) all += block.text.length;
    for (const { text } of withoutMenus(found, menus)) left += text.length;
  };
  for (const _ of walk(source, reader, budget)) count(reader.take());
  count(reader.end());
  for (const { text } of menus.end()) left += text.length;
  return left < all && left >= all * textShare;
}
