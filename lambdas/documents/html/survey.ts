import type { WorkBudget } from '../../runtime/work-budget.ts';
import { Scope } from './scope.ts';
import { walk } from './walk.ts';

/** The texts of a page that belong to its document. */
export type Extent = 'main' | 'article' | 'page' | 'everything';

/** Shares of the text of a page from which on its `<main>`, its articles, and what is around neither are taken for its text. */
const [mainShare, articleShare, pageShare] = [0.3, 0.6, 0.1];

/**
 * Finds out which texts of a page to read. A page whose text is all in menus, such as one with an unclosed `<nav>`, is read whole.
 * @param budget looked at before each window of the source
 */
export function surveyed(source: string, budget: WorkBudget): Extent {
  const scope = new Scope();
  const chars = { seen: 0, page: 0, main: 0, article: 0 };
  const steps = walk(
    source,
    {
      open: (name, attributes) => scope.open(name, attributes),
      text: (text) => {
        if (!scope.isSeen) return;
        const length = text.trim().length;
        chars.seen += length;
        if (scope.isAround) return;
        chars.page += length;
        if (scope.isMain) chars.main += length;
        if (scope.isArticle) chars.article += length;
      },
      close: (name) => scope.close(name),
    },
    budget,
  );
  for (const _ of steps);
  if (chars.main > 0 && chars.main >= chars.page * mainShare) return 'main';
  if (chars.article > 0 && chars.article >= chars.page * articleShare) return 'article';
  return chars.page > 0 && chars.page >= chars.seen * pageShare ? 'page' : 'everything';
}
