import { describe, expect, it } from 'vitest';
import { unlimited } from '../../runtime/work-budget.ts';
import { readMarkdown } from './read-markdown.ts';

const partsOf = (source: string) => [...readMarkdown(source, unlimited)];

describe('the blocks of Markdown', () => {
  it('are its headings, paragraphs, items, code and rows', () => {
    const source = `# The *Tower*

Built in
1871.\\
Lit by oil.

- stairs

  made of iron
  - old
- lamp

| Year | Light |
| --- | --- |
| 1987 | |

    indented  code

> Mind the stairs.
`;

    expect(partsOf(source)).toEqual([
      { kind: 'heading', level: 1, text: 'The Tower' },
      { kind: 'paragraph', text: 'Built in 1871.\nLit by oil.' },
      { kind: 'item', text: 'stairs' },
      { kind: 'item', text: 'made of iron' },
      { kind: 'item', text: 'old' },
      { kind: 'item', text: 'lamp' },
      { kind: 'row', text: 'Year, Light', table: 1, header: true },
      { kind: 'row', text: '1987, ', table: 1 },
      { kind: 'code', text: 'indented  code' },
      { kind: 'paragraph', text: 'Mind the stairs.' },
    ]);
  });

  it('include those of its HTML', () => {
    const source =
      '<h1 align="center">Tower</h1>\n\n<details><summary>More</summary>\n\nInside.\n\n</details>\n\n<!-- note -->\n\n<script>no()</script>\n\n<table><tr><td>a</td></tr></table>\n\n| b |\n| - |\n';

    expect(partsOf(source)).toEqual([
      { kind: 'heading', level: 1, text: 'Tower' },
      { kind: 'paragraph', text: 'More' },
      { kind: 'paragraph', text: 'Inside.' },
      expect.objectContaining({ kind: 'row', text: 'a' }),
      expect.objectContaining({ kind: 'row', text: 'b' }),
    ]);
    const tables = partsOf(source).flatMap((part) => (part.kind === 'row' ? [part.table] : []));
    expect(new Set(tables).size).toBe(2);
  });

  it('have the characters that references name', () => {
    expect(partsOf('&eacute;&mdash;&#x2603;&#9731; &amp;lt; &nosuch; AT&T')).toEqual([
      { kind: 'paragraph', text: 'é—☃☃ &lt; &nosuch; AT&T' },
    ]);
  });
});

describe('front matter', () => {
  it('gives the facts of the document, and is no text', () => {
    const source =
      '---\ntitle: "The Tower: a story"\nauthor: Ann # me\nlang: en\ntags:\n  - light\n---\n\nText.\n';

    expect(partsOf(source)).toEqual([
      { kind: 'about', title: 'The Tower: a story', author: 'Ann', language: 'en' },
      { kind: 'paragraph', text: 'Text.' },
    ]);
  });

  it.each(['---\n\nText: not a key\nText.\n\n---\n', '---\nOnly words\n---\n', 'title: x\n---\n'])(
    'is not what only looks like it: %j',
    (source) => {
      expect(partsOf(source).every(({ kind }) => kind !== 'about')).toBe(true);
      expect(partsOf(source).length).toBeGreaterThan(0);
    },
  );
});
