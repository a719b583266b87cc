import { expect, it } from 'vitest';
import { unlimited } from '../../runtime/work-budget.ts';
import { readText } from './read-text.ts';

const textsOf = (source: string) => [...readText(source, unlimited)].map(({ text }) => text);

/** Breaks a line before the word that exceeds a width. */
function wrapped(text: string, width: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}

const prose =
  'The keeper of the lighthouse lit the lamp at dusk and slept at dawn, as the keepers before him had done for a hundred years. When fog came he rang the bell, and nobody on the island slept.';

it.each([60, 72, 80])('lines that wrap at %i columns are one line', (width) => {
  expect(textsOf(`${wrapped(prose, width)}\n\n  ${wrapped(prose, width)}\n`)).toEqual([prose, prose]);
});

it('Japanese lines join without a space', () => {
  const line = '灯台守は夜になると灯をともし朝まで油を足しました嵐の日は船が港に';

  expect(textsOf(`${line}\n${line}\n戻ります。`)).toEqual([`${line}${line}戻ります。`]);
});

it.each([
  ['a poem', 'Tyger tyger, burning bright,\nIn the forests of the night;'],
  [
    'a list',
    '- The first item is long enough to fill a line of its own\n- The second item is long enough as well, or nearly\n- Short',
  ],
  [
    'columns',
    'Year    Light of the tower and its height in metres\n1987    electric, with a lens of the second order, 24',
  ],
  ['an address', 'Ann Duarte\n12 Harbour Street\nCape Aurora'],
])('the lines of %s stay', (_, source) => {
  expect(textsOf(source)).toEqual([source]);
});

it('any line ends are read, and blank lines separate paragraphs', () => {
  expect(textsOf('one\r\n\r\ntwo\r\rthree\n \t\nfour')).toEqual(['one', 'two', 'three', 'four']);
  expect(textsOf(' \n\t\n')).toEqual([]);
});
