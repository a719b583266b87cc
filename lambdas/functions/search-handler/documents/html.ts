import { convert } from 'html-to-text';

/** Depth of elements, and nodes of one, that are read. What is beyond is no document that a person wrote. */
const depthMost = 200;
const childrenMost = 20_000;

/** What a page says: no scripts, styles, menus or addresses of links. */
export function htmlText(source: string): string {
  return convert(source, {
    wordwrap: false,
    limits: {
      maxDepth: depthMost,
      maxChildNodes: childrenMost,
      maxInputLength: source.length,
      ellipsis: '',
    },
    selectors: [
      ...['nav', 'script', 'style', 'template', 'noscript', 'svg', 'form'].map((selector) => ({
        selector,
        format: 'skip',
      })),
      { selector: 'img', format: 'skip' },
      { selector: 'p', options: { leadingLineBreaks: 1, trailingLineBreaks: 2 } },
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
      ...[1, 2, 3, 4, 5, 6].map((level) => ({
        selector: `h${level}`,
        options: { uppercase: false, trailingLineBreaks: 1 },
      })),
    ],
  });
}
