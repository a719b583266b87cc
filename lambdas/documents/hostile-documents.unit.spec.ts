import { describe, it } from 'vitest';
import { unlimited } from '../runtime/work-budget.ts';
import { expectLinear, expectLinearOf } from '../testing/linear-work.ts';
import { readEncoded } from './encodings/read-encoded.ts';
import { readHtml } from './html/read-html.ts';
import { readMarkdown } from './markdown/read-markdown.ts';
import { documentPassages } from './passages/passages.ts';
import { readText } from './plain-text/read-text.ts';

/** Whatever a document repeats, reading it takes time linear in its length. */

const markdown = (source: string) => [...readMarkdown(source, unlimited)];
const html = (source: string) => [...readHtml(source, unlimited)];
const passages = (source: string) =>
  Array.fromAsync(documentPassages(readText(source, unlimited), unlimited));

const inlineMarks = ['_', '*', '**', '_a', 'a*', '~~', '`', '``', '\\', '&amp;', '<a ', '<!--', '"', 'a '];
const linkMarks = ['[', ']', '](', '![', '[a]', '(', ')', '<', '>', '[a]: b\n', ' "', "'"];
const blockMarks = [
  '> ',
  '- ',
  '1. ',
  '# ',
  '```\n',
  '|a|b|\n',
  '|-|-|\n',
  '===\n',
  '<div>',
  '\n',
  '    ',
  'a\n',
];
const tags = [
  '<b>',
  '</b>',
  '</i>',
  '<p>',
  '<li>',
  '<td>',
  '<table>',
  '<tr>',
  '<h1>',
  '<pre>',
  '<p class="cookie ',
  'style="display:" ',
  '<nav>',
  '<svg>',
  '<!--',
  '<a b="',
  '<',
  '&am',
  '&#1',
  'a ',
  '\n',
];
/** Marks of front matter and of wrapped lines. */
const lineMarks = [
  '---\n',
  'a: b\n',
  ' ',
  '\t',
  '\n',
  `${'w'.repeat(30)} `,
  `${' '.repeat(50)}x`,
  '- ',
  '\r',
  'a',
];
const sentenceEnds = ['a', '.', '. ', 'A', '\n', '\n\n', '。', '"', '\u{1F600}', '\u0301', '1.1', '\u3000'];

describe('Markdown takes time linear in its length', () => {
  it.each(['_a', '_*a', '[', '> ', '> a\n', '- a\n  - b\n', 'a\n> b\n'])('with %j repeated', (fragment) =>
    expectLinear(markdown, fragment, 32 * 1024),
  );

  it.each(['`', '~'])('with %j repeated up to the 16 KiB that are parsed at once', (fragment) =>
    expectLinear(markdown, fragment, 2 * 1024),
  );

  it.each([
    ['emphasis', inlineMarks],
    ['links', linkMarks],
    ['blocks', blockMarks],
  ])('with any marks of %s repeated', (_, marks) =>
    expectLinearOf(markdown, marks, { size: 16 * 1024, numRuns: 15 }),
  );
});

describe('HTML takes time linear in its length', () => {
  it.each(['<b>', '<svg>', '<b></i>', '</p>'])('with %j repeated', (fragment) =>
    expectLinear(html, fragment, 64 * 1024),
  );

  it('with any tags repeated', () => expectLinearOf(html, tags, { size: 32 * 1024, numRuns: 20 }));
});

describe('plain text takes time linear in its length', () => {
  it('with any ends of lines repeated', () =>
    expectLinearOf(passages, lineMarks, { size: 16 * 1024, numRuns: 15 }));

  it('also as Markdown', () => expectLinearOf(markdown, lineMarks, { size: 16 * 1024, numRuns: 10 }));
});

describe('passages take time linear in the length of their text', () => {
  it('with any ends of sentences repeated', () =>
    expectLinearOf(passages, sentenceEnds, { size: 8 * 1024, numRuns: 20 }));
});

describe('text whose encoding nothing names takes time linear in its length', () => {
  const bytes = (source: string) => Buffer.from(source, 'latin1');
  const marks = ['\xe9', '\xe3\x81', '\x82\xa0', 'a', ' ', '\x1b$B', '\xff', '\x81', 'é', '\x00'];

  it('with any bytes repeated', () =>
    expectLinearOf((source) => readEncoded({ bytes: bytes(source), contentType: 'text/plain' }), marks, {
      size: 64 * 1024,
      numRuns: 15,
    }));
});
