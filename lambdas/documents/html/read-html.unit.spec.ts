import { describe, expect, it } from 'vitest';
import { unlimited } from '../../runtime/work-budget.ts';
import type { Block, DocumentPart } from '../blocks/block.ts';
import { readHtml } from './read-html.ts';

const isBlock = (part: DocumentPart): part is Block => part.kind !== 'about' && part.kind !== 'warning';
const blocksOf = (source: string) => [...readHtml(source, unlimited)].filter(isBlock);
const textsOf = (source: string) => blocksOf(source).map(({ text }) => text);
const aboutOf = (source: string) => [...readHtml(source, unlimited)].find(({ kind }) => kind === 'about');

describe('the blocks of a page', () => {
  it('are its headings, paragraphs, items, code and rows', () => {
    const source = `<h1>The <em>Tower</em></h1><p>Built
      in 1871.<br>Lit by oil.</p><ul><li>stairs<ul><li>iron</li></ul></li><li>lamp</li></ul><pre>
  a  b
c</pre><table><tr><th>Year</th><th>Light</th></tr><tr><td>1987</td><td></td></tr></table>`;

    expect(blocksOf(source)).toEqual([
      { kind: 'heading', level: 1, text: 'The Tower' },
      { kind: 'paragraph', text: 'Built in 1871.\nLit by oil.' },
      { kind: 'item', text: 'stairs' },
      { kind: 'item', text: 'iron' },
      { kind: 'item', text: 'lamp' },
      { kind: 'code', text: '  a  b\nc' },
      { kind: 'row', text: 'Year, Light', table: 1, header: true },
      { kind: 'row', text: '1987, ', table: 1 },
    ]);
  });

  it('of a table that lays out the page are blocks of their own', () => {
    const layout =
      '<table><tr><td>Side</td><td><h2>Title</h2><p>Text.</p><ul><li>one</li></ul></td></tr></table>';

    expect(blocksOf(layout).map(({ kind, text }) => [kind, text])).toEqual([
      ['paragraph', 'Side'],
      ['heading', 'Title'],
      ['paragraph', 'Text.'],
      ['item', 'one'],
    ]);
  });

  it('join ideographs over the line ends of the source without a space', () => {
    expect(textsOf('<p>灯台守は\n  夜になると</p>')).toEqual(['灯台守は夜になると']);
  });

  it('keep alternative texts, options and buttons apart', () => {
    expect(
      textsOf(
        '<p>See<img alt="a lamp">here</p><select><option>red<option>green</select><button>Go</button>on',
      ),
    ).toEqual(['See a lamp here', 'red green', 'Go on']);
  });
});

describe('what surrounds the text of a page', () => {
  const around =
    '<nav>Menu</nav><header><a>Logo</a><h1>News</h1></header><div class="cookie-banner">We use cookies</div><p>Text of the page.</p>' +
    '<aside>Related</aside><div role="navigation">More</div><p hidden>h</p><p style="display: none">d</p><p aria-hidden="true">a</p><footer>Imprint</footer>';

  it('is left out: menus, banners, asides, hidden elements, cookie notices; a heading in the banner stays', () => {
    expect(textsOf(around)).toEqual(['News', 'Text of the page.']);
  });

  it('is all that is outside of <main>, or of articles', () => {
    const main =
      '<div>Share</div><main><header>By Ann</header><p>Long text of the page.</p></main><p>Ads</p>';

    expect(textsOf(main)).toEqual(['By Ann', 'Long text of the page.']);
    expect(textsOf(main.replaceAll('main>', 'article>'))).toEqual(['By Ann', 'Long text of the page.']);
    expect(textsOf(`<main></main>${around}`)).toEqual(['News', 'Text of the page.']);
  });

  it('is the lists of links, and short lines among them, of a page without <main>', () => {
    const links = (count: number) => `<ul>${'<li><a href="/a">A link of a menu</a></li>'.repeat(count)}</ul>`;
    const text =
      'The keeper lit the lamp at dusk, and slept at dawn, as the keepers before him had done. '.repeat(4);
    const page = `<div>Share this</div>${links(5)}<p>Top stories</p>${links(3)}<h2>Tower</h2><p>By Ann</p><p>${text}</p><p>Then see <a href="/b">the map</a> of it.</p><table><tr><td>1987</td><td>electric</td></tr></table><h3>More</h3>${links(5)}`;

    expect(textsOf(page)).toEqual([
      'Tower',
      'By Ann',
      text.trim(),
      'Then see the map of it.',
      '1987, electric',
    ]);
    // A page that is all links is read whole.
    expect(textsOf(links(3))).toHaveLength(3);
    expect(textsOf(`<main>${page}</main>`)).toHaveLength(21);
  });

  it.each([
    [
      'sidebars by their class',
      '<div class="sidebar">Side</div><p>Text.</p><div class="entry related">In it</div>',
    ],
    ['a section that is about sharing', '<div id="sharing-a-single-lamp"><p>Text.</p></div><p>In it</p>'],
  ])('is told by its classes: %s', (_, source) => {
    expect(textsOf(source)).toEqual(['Text.', 'In it']);
  });

  it.each([
    ['a book', '<a epub:type="noteref">1</a>', '<aside epub:type="footnote"><p>A note.</p></aside>'],
    [
      'a page',
      '<a role="doc-noteref"><sup>1</sup></a>',
      '<aside role="doc-footnote"><p>A note.<a role="doc-backlink">↩</a></p></aside>',
    ],
  ])('has the notes of %s, without their numbers', (_, number, note) => {
    expect(textsOf(`<p>Text.${number}</p>${note}`)).toEqual(['Text.', 'A note.']);
  });

  it.each([
    ['a form', '<form><p>t</p></form>'],
    ['a menu that never closes', '<nav><p>t'],
    ['a self-closed menu', '<nav/><p>t</p>'],
    ['a self-closed division', '<div/><p>t</p>'],
    ['a body whose class speaks of cookies', '<body class="cookie-notice"><p>t</p></body>'],
    ['a banner only', '<header><p>t</p></header>'],
    ['a stray end', '</div></p><p>t</section>'],
  ])('is not the whole page: %s keeps its text', (_, source) => {
    expect(textsOf(source)).toEqual(['t']);
  });
});

describe('the facts of a page', () => {
  it('are its title, language and author', () => {
    const head =
      '<html lang="ja"><head><title> 灯台\n の話 </title><meta name="Author" content="Ann"></head>';

    expect(aboutOf(`${head}<svg><title>icon</title></svg><p>t</p>`)).toEqual({
      ...{ kind: 'about', title: '灯台の話', language: 'ja', author: 'Ann' },
    });
    expect(aboutOf('<svg><title>icon</title></svg><p>t</p>')).toBeUndefined();
  });
});
