import type { About, DocumentPart } from '../blocks/block.ts';
import { flowingText, lineEnd } from '../blocks/join-lines.ts';
import { type LinkedBlock, PageBlocks } from './page-blocks.ts';
import { Scope } from './scope.ts';
import type { Extent } from './survey.ts';
import type { Attributes, Visitor } from './walk.ts';

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

/** Reads the blocks and the facts of a page while it is walked over. */
export class PageReader implements Visitor {
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
