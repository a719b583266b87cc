import type { WorkBudget } from '../../runtime/work-budget.ts';
import { type Block, type DocumentPart, isBlock } from '../blocks/block.ts';
import { articleOf } from './article.ts';
import { readHtml } from './read-html.ts';
import { wholeArticle } from './whole-article.ts';

/** Share of a page's text, without its menus, from which on its article is taken for all of it. */
const articleShare = 0.5;
/** Characters of an article, at least, as Readability expects them: a shorter text may be a form. */
const articleChars = 500;

/**
 * The blocks of a web page, and the facts of its head. A page that is mostly one article is read without what is beside it, such as
 * comments and links to other articles; a page of another kind, such as a list of several, is read without its menus only.
 * @param budget looked at before each window of the source
 */
export function* readPage(source: string, budget: WorkBudget): Generator<DocumentPart> {
  const article = articleOf(source, budget);
  if (article === undefined) {
    yield* readHtml(source, budget);
    return;
  }
  const parts = [...readHtml(source, budget)];
  const page = parts.filter(isBlock);
  const found = [...readHtml(`<main>${article}</main>`, budget)].filter(isBlock);
  const isMost = lengthOf(found) >= Math.max(articleChars, lengthOf(page) * articleShare);
  yield* parts.filter((part) => !isBlock(part));
  yield* isMost ? wholeArticle(found, page) : page;
}

const lengthOf = (blocks: readonly Block[]) => blocks.reduce((sum, { text }) => sum + text.length, 0);
