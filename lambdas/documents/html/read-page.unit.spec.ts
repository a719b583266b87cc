import { describe, expect, it } from 'vitest';
import { unlimited } from '../../runtime/work-budget.ts';
import { isBlock } from '../blocks/block.ts';
import { articleOf } from './article.ts';
import { readPage } from './read-page.ts';

const textsOf = (source: string) => [...readPage(source, unlimited)].filter(isBlock).map(({ text }) => text);

const sentence = (of: string) =>
  `The keeper of ${of} lit the lamp at dusk, and slept at dawn, as the keepers before him had done. `;
const paragraph = (of: string) => `<p>${sentence(of).repeat(3)}</p>`;
const story = (of: string, paragraphs = 4) =>
  Array.from({ length: paragraphs }, (_, at) => paragraph(`${of} ${at}`)).join('');

describe('a page that is mostly one article', () => {
  const lead = 'Two hundred years of light on a rock that no ship could see before it struck it.';
  const comment = (name: string) =>
    `<div class="comment"><b>${name}</b><p>I was there once, and it rained, so that we saw nothing of it at all.</p></div>`;
  const page = `<html><head><title>The lamp</title></head><body><div class="top"><a href="/">News</a></div>
    <h1>The lamp of Zennor</h1><div class="by">By Ann</div><p class="lead">${lead}</p>
    <div class="story"><div class="text">${story('Zennor', 6)}</div></div>
    <div id="comments"><h3>2 comments</h3>${comment('Bob')}${comment('Cy')}</div></body></html>`;

  it('is read without the comments below it, with its title and its lead', () => {
    expect(textsOf(page)).toEqual([
      'The lamp of Zennor',
      lead,
      ...Array.from({ length: 6 }, (_, at) => sentence(`Zennor ${at}`).repeat(3).trim()),
    ]);
  });

  it('has the facts of its head', () => {
    expect([...readPage(page, unlimited)].find(({ kind }) => kind === 'about')).toEqual({
      ...{ kind: 'about', title: 'The lamp' },
    });
  });
});

it('an article keeps its tables and its code', () => {
  const table = '<table><tr><td><input> 1871</td><td><a href="/oil">oil</a></td></tr></table>';
  const code = '<form><pre>lamp --lit</pre></form>';

  const texts = textsOf(
    `<body>${story('Zennor', 4)}${table}${paragraph('Pendeen')}${code}${paragraph('Godrevy')}</body>`,
  );

  expect(texts.slice(4)).toEqual([
    '1871, oil',
    sentence('Pendeen').repeat(3).trim(),
    'lamp --lit',
    sentence('Godrevy').repeat(3).trim(),
  ]);
});

it('an article keeps the levels of its headings', () => {
  const body = `<h1>Manual</h1><h2>Oil</h2>${story('Zennor', 4)}`;

  const headings = [...readPage(`<title>Tower</title>${body}`, unlimited)].filter(
    ({ kind }) => kind === 'heading',
  );

  expect(headings).toEqual([
    { kind: 'heading', level: 1, text: 'Manual' },
    { kind: 'heading', level: 2, text: 'Oil' },
  ]);
});

describe('a page of another kind keeps its text', () => {
  const rows = Array.from({ length: 40 }, (_, at) => `<tr><td>Lamp ${at}</td><td>${at * 3} m</td></tr>`).join(
    '',
  );
  const fields = ['Name', 'Address', 'Reason for the visit']
    .map((name) => `<label>${name}</label><input><p>Fill in the ${name.toLowerCase()}.</p>`)
    .join('');

  it.each([
    [
      'several articles',
      `${['Zennor', 'Pendeen', 'Wolf Rock', 'Godrevy'].map((of) => `<div class="post"><h2>${of}</h2>${story(of, 2)}</div>`).join('')}`,
      ['Zennor', 'Pendeen', 'Wolf Rock', 'Godrevy'].map((of) => sentence(`${of} 1`).trim()),
    ],
    ['a form', `<form>${fields}<button>Send</button></form>`, ['Fill in the address.', 'Send']],
    ['a table', `<h1>Lamps</h1><table>${rows}</table>`, ['Lamps', 'Lamp 0, 0 m', 'Lamp 39, 117 m']],
    [
      'documentation',
      `<main><h1>lamp(1)</h1><h2>Usage</h2><pre>lamp --lit</pre><dl><dt>--lit</dt><dd>Lights it.</dd></dl>${story('lamp(1)', 1)}</main>`,
      ['lamp(1)', 'lamp --lit', 'Lights it.'],
    ],
    ['a short note', '<p>Closed today.</p>', ['Closed today.']],
  ])('of %s', (_, body, texts) => {
    const read = textsOf(`<html><body>${body}</body></html>`).join('\n');

    for (const text of texts) expect(read).toContain(text);
  });
});

describe('an article is looked for', () => {
  const body = story('Zennor', 8);

  it('in markup of any kind', () => {
    const odd = `<Body><x"y z="1" class='a&quot;"<b'><svg><title>t</title></svg><script>if (a < b) c("</p>")</script><p/>${body}<br/><img alt="a &lt; b"></x></div>`;

    expect(articleOf(odd, unlimited)).toContain('The keeper of Zennor 7');
    expect(articleOf(odd, unlimited)).not.toContain('if (a');
  });

  it.each([
    ['too many elements', `${'<i></i>'.repeat(5001)}${body}`],
    ['elements that are nested too deeply', `${'<div>'.repeat(65)}${body}`],
    ['too long a source', `<!--${' '.repeat(2 * 1024 ** 2)}-->${body}`],
  ])('not in a page with %s, which is read nevertheless', (_, page) => {
    expect(articleOf(page, unlimited)).toBeUndefined();
    expect(textsOf(page)).toHaveLength(8);
  });

  it('after a look at the budget', () => {
    const spent = () => {
      throw new Error('spent');
    };

    expect(() => articleOf(body, spent)).toThrow('spent');
  });
});
