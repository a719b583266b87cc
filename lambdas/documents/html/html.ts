import { Parser } from 'htmlparser2';
import type { WorkBudget } from '../../runtime/work-budget.ts';

/** Elements whose text does not belong to the document. */
const ignored = new Set(['nav', 'script', 'style', 'template', 'noscript', 'svg', 'form', 'title']);

/** Separators between two pieces of text, from the weakest to the strongest. */
const separators = ['', ' ', ', ', '\n', '\n\n'] as const;
type Separator = (typeof separators)[number];

/** Separators before and after block elements. */
const blockSeparators: Readonly<Record<string, readonly [before: Separator, after: Separator]>> = {
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
  // A heading stays with the paragraph after it.
  ...Object.fromEntries(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name) => [name, ['\n\n', '\n']])),
  td: [', ', ''],
  th: [', ', ''],
};

/** Characters that are parsed at once. */
const windowChars = 64 * 1024;

/** Pieces of text that are joined at once. */
const maxPieces = 10_000;

/**
 * The text of a page, without scripts, styles, menus and addresses of links. The page is never parsed into a tree, which
 * would take some fifty times its size.
 * @param budget looked at before each piece of text
 */
export function htmlText(source: string, budget: WorkBudget): string {
  const text = new PageText();
  const parser = new Parser({
    onopentagname: (name) => {
      text.open(name);
      forgetOutermost(parser, text);
    },
    ontext: (piece) => text.add(piece),
    onclosetag: (name) => text.close(name),
  });
  for (let at = 0; at < source.length; at += windowChars) {
    budget();
    parser.write(source.slice(at, at + windowChars));
  }
  parser.end();
  return text.end();
}

/** Open elements that are remembered, one in the other. */
const maxDepth = 512;

/**
 * Ends the outermost of too many open elements: with each tag, the parser moves and searches the whole list of them, so a page
 * of tags that never close would take the square of its length.
 */
function forgetOutermost(parser: Parser, text: PageText): void {
  // Private in the types of htmlparser2 10.1.0: the names of the open elements, and whether each is SVG or MathML; innermost first.
  const { stack, foreignContext } = parser as unknown as { stack: string[]; foreignContext: boolean[] };
  const outermost = stack.length > maxDepth ? stack.pop() : undefined;
  if (outermost !== undefined) text.close(outermost);
  if (foreignContext.length > maxDepth) foreignContext.pop();
}

class PageText {
  readonly #whole: string[] = [];
  #pieces: string[] = [];
  #separator: Separator = '';
  /** Ignored elements that are open, one in the other. */
  #ignored = 0;
  #preformatted = 0;

  open(name: string): void {
    if (ignored.has(name)) this.#ignored += 1;
    if (name === 'pre') this.#preformatted += 1;
    this.#separate(blockSeparators[name]?.[0]);
  }

  close(name: string): void {
    if (ignored.has(name)) this.#ignored -= 1;
    if (name === 'pre') this.#preformatted -= 1;
    this.#separate(blockSeparators[name]?.[1]);
  }

  add(piece: string): void {
    if (this.#ignored > 0) return;
    const text = this.#preformatted > 0 ? piece : piece.replace(/[ \t\r\n\f]+/g, ' ');
    if (text.startsWith(' ')) this.#separate(' ');
    const words = this.#preformatted > 0 ? text : text.replace(/^ | $/g, '');
    if (words === '') return;
    this.#append(this.#separator + words);
    this.#separator = text.endsWith(' ') ? ' ' : '';
  }

  end(): string {
    return [...this.#whole, ...this.#pieces].join('');
  }

  /** Separates the next piece of text from the text before it, if there is any. */
  #separate(separator: Separator = ''): void {
    const isFirst = this.#whole.length + this.#pieces.length === 0;
    if (!isFirst && separators.indexOf(separator) > separators.indexOf(this.#separator))
      this.#separator = separator;
  }

  #append(piece: string): void {
    this.#pieces.push(piece);
    if (this.#pieces.length < maxPieces) return;
    this.#whole.push(this.#pieces.join(''));
    this.#pieces = [];
  }
}
