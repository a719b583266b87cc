import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { About, Block, DocumentPart } from '../blocks/block.ts';
import { flowingText, lineEnd } from '../blocks/join-lines.ts';
import { Menus } from './menus.ts';
import { type LinkedBlock, PageBlocks } from './page-blocks.ts';
import { Scope } from './scope.ts';
import { type Extent, surveyed } from './survey.ts';
import { type Attributes, walk } from './walk.ts';

/** Elements that end the block before them, and their own. */
const blocks = new Set([
  ...[
    'address',
    'article',
    'aside',
    'blockquote',
    'body',
    'center',
    'dd',
    'details',
    'dialog',
    'div',
    'dl',
    'dt',
  ],
  ...[
    'fieldset',
    'figcaption',
    'figure',
    'footer',
    'form',
    'header',
    'hgroup',
    'hr',
    'legend',
    'main',
    'menu',
    'nav',
  ],
  ...['ol', 'p', 'section', 'select', 'summary', 'ul', 'caption'],
]);
/** Elements whose texts are apart from their neighbours'. */
const words = new Set(['button', 'input', 'label', 'option', 'textarea']);

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

class PageReader {
  readonly #extent: Extent;
  readonly #scope = new Scope();
  readonly #blocks = new PageBlocks();
  #title: string[] | undefined;
  #about: About = {};
  #tables = 0;
  #heads = 0;
  #links = 0;
  /** Numbers of the open tables. */
  readonly #openTables: number[] = [];

  constructor(extent: Extent) {
    this.#extent = extent;
  }

  /** @returns the blocks that are complete since the last call */
  take(): LinkedBlock[] {
    return this.#blocks.take();
  }

  end(): LinkedBlock[] {
    this.#blocks.end();
    return this.take();
  }

  about(): DocumentPart[] {
    return Object.keys(this.#about).length > 0 ? [{ kind: 'about', ...this.#about }] : [];
  }

  open(name: string, attributes: Attributes): void {
    if (this.#scope.isSeen) this.#learn(name, attributes);
    this.#scope.open(name, attributes);
    if (name === 'thead') this.#heads += 1;
    if (name === 'a') this.#links += 1;
    const level = /^h([1-6])$/.exec(name)?.[1];
    if (level !== undefined) this.#blocks.startHeading(Number(level));
    else if (name === 'li') this.#blocks.item(1);
    else if (name === 'pre') this.#blocks.preformatted(1);
    else if (name === 'table') this.#startTable();
    else if (name === 'tr') this.#blocks.startRow(this.#openTables.at(-1) ?? 0);
    else if (name === 'td' || name === 'th') this.#blocks.startCell(name === 'th' || this.#heads > 0);
    else if (name === 'ul' || name === 'ol' || name === 'dl') this.#blocks.leaveRow();
    else if (blocks.has(name)) this.#blocks.separate();
    else if (name === 'br') this.text(lineEnd);
    else if (name === 'img') this.text(` ${attributes.alt ?? ''} `);
    else if (words.has(name)) this.text(' ');
  }

  text(text: string): void {
    this.#title?.push(text);
    if (this.#isRead()) this.#blocks.add(text, this.#links > 0);
  }

  close(name: string): void {
    if (/^h[1-6]$/.test(name)) this.#blocks.endHeading();
    else if (name === 'li') this.#blocks.item(-1);
    else if (name === 'pre') this.#blocks.preformatted(-1);
    else if (name === 'tr') this.#blocks.endRow();
    else if (name === 'table') this.#endTable();
    else if (blocks.has(name)) this.#blocks.separate();
    else if (words.has(name)) this.text(' ');
    else if (name === 'title') this.#endTitle();
    else if (name === 'thead') this.#heads -= 1;
    else if (name === 'a') this.#links -= 1;
    this.#scope.close(name);
  }

  #isRead(): boolean {
    if (!this.#scope.isSeen) return false;
    if (this.#extent === 'everything') return true;
    if (this.#scope.isAround) return false;
    return this.#extent === 'page' || (this.#extent === 'main' ? this.#scope.isMain : this.#scope.isArticle);
  }

  #startTable(): void {
    this.#blocks.leaveRow();
    this.#tables += 1;
    this.#openTables.push(this.#tables);
  }

  #endTable(): void {
    this.#blocks.endRow();
    this.#openTables.pop();
  }

  /** Learns about the page from its first title, its language and its author. */
  #learn(name: string, { lang, name: meta, content }: Attributes): void {
    if (name === 'title' && this.#about.title === undefined) this.#title = [];
    else if (name === 'html' && lang?.trim()) this.#about = { ...this.#about, language: lang.trim() };
    else if (name === 'meta' && meta?.toLowerCase() === 'author' && content?.trim()) {
      this.#about = { ...this.#about, author: content.trim() };
    }
  }

  #endTitle(): void {
    const title = flowingText((this.#title ?? []).join(''));
    this.#title = undefined;
    if (title !== '') this.#about = { ...this.#about, title };
  }
}
