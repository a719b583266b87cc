import { Parser } from 'htmlparser2';

/** Elements that say nothing, or nothing of the document's own. */
const silent = new Set(['nav', 'script', 'style', 'template', 'noscript', 'svg', 'form', 'title']);

/** What stands between two pieces of text, from the weakest to the strongest. */
const gaps = ['', ' ', ', ', '\n', '\n\n'] as const;
type Gap = (typeof gaps)[number];

/** What stands before and after elements that are no part of a line. */
const apart: Readonly<Record<string, readonly [before: Gap, after: Gap]>> = {
  ...Object.fromEntries(
    ['address', 'article', 'aside', 'br', 'dd', 'div', 'dt', 'figcaption', 'figure', 'footer', 'header'].map(
      (name) => [name, ['\n', '\n']],
    ),
  ),
  ...Object.fromEntries(['hr', 'li', 'main', 'section', 'tr'].map((name) => [name, ['\n', '\n']])),
  ...Object.fromEntries(
    ['blockquote', 'dl', 'ol', 'pre', 'table', 'ul'].map((name) => [name, ['\n\n', '\n\n']]),
  ),
  p: ['\n', '\n\n'],
  // A heading stands with the paragraph behind it.
  ...Object.fromEntries(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name) => [name, ['\n\n', '\n']])),
  td: [', ', ''],
  th: [', ', ''],
};

/** Pieces of text that are put together at once. */
const maxPieces = 10_000;

/**
 * What a page says: no scripts, styles, menus or addresses of links. The page is never held as a tree, which would take
 * some fifty times its size.
 */
export function htmlText(source: string): string {
  const text = new PageText();
  const parser = new Parser({
    onopentagname: (name) => text.open(name),
    ontext: (said) => text.say(said),
    onclosetag: (name) => text.close(name),
  });
  parser.end(source);
  return text.end();
}

class PageText {
  readonly #whole: string[] = [];
  #pieces: string[] = [];
  #gap: Gap = '';
  /** Silent elements that are open, one in the other. */
  #silent = 0;
  #preformatted = 0;

  open(name: string): void {
    if (silent.has(name)) this.#silent += 1;
    if (name === 'pre') this.#preformatted += 1;
    this.#part(apart[name]?.[0]);
  }

  close(name: string): void {
    if (silent.has(name)) this.#silent -= 1;
    if (name === 'pre') this.#preformatted -= 1;
    this.#part(apart[name]?.[1]);
  }

  say(said: string): void {
    if (this.#silent > 0) return;
    const text = this.#preformatted > 0 ? said : said.replace(/[ \t\r\n\f]+/g, ' ');
    if (text.startsWith(' ')) this.#part(' ');
    const words = this.#preformatted > 0 ? text : text.replace(/^ | $/g, '');
    if (words === '') return;
    this.#add(this.#gap + words);
    this.#gap = text.endsWith(' ') ? ' ' : '';
  }

  end(): string {
    return [...this.#whole, ...this.#pieces].join('');
  }

  /** Parts what comes from what was said, if anything was. */
  #part(gap: Gap = ''): void {
    const isFirst = this.#whole.length + this.#pieces.length === 0;
    if (!isFirst && gaps.indexOf(gap) > gaps.indexOf(this.#gap)) this.#gap = gap;
  }

  #add(piece: string): void {
    this.#pieces.push(piece);
    if (this.#pieces.length < maxPieces) return;
    this.#whole.push(this.#pieces.join(''));
    this.#pieces = [];
  }
}
