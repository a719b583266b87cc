import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { mediaTypeOfName } from '@nova/shared/media-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Block } from '../../lambdas/documents/blocks/block.ts';
import { DomainError } from '../../lambdas/domain/errors.ts';
import { readParts } from '../../lambdas/testing/read-parts.ts';
import { items, note, paragraphs, rows, section, title } from './article.ts';
import { type Encoder, encoders } from './documents.ts';
import { isDebian12, isInstalled } from './installed.ts';

/** Files of the programs that people use are read as these show them. The table of docs/encoders.md is made here. */

const missing = ({ programs }: Encoder) => programs.filter((program) => !isInstalled(program));
/** The table is about the programs of one system, all of them. */
const hasAll = isDebian12() && encoders.every((encoder) => missing(encoder).length === 0);

/** The text that stands in for what a model reads in a picture. */
const inPicture = 'It is written in the picture.';

/** What each form of the article holds, in order. */
const held = {
  text: [title, ...paragraphs, ...items, section, ...rows.flat()],
  slides: [title, paragraphs[0] ?? '', section, paragraphs[1] ?? ''],
  sheet: rows.flat(),
  picture: [inPicture],
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nova-encoders-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The blocks of a file, or the sentence that refuses it. */
async function read(path: string): Promise<readonly Block[] | string> {
  try {
    const type = mediaTypeOfName(path) ?? '';
    const { blocks } = await readParts(await readFile(path), type, undefined, async () => ({
      text: inPicture,
    }));
    return blocks;
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
}

const isIn = (blocks: readonly Block[], kind: Block['kind'], text: string) =>
  blocks.some((block) => block.kind === kind && block.text.includes(text));

/** Whether the note comes after the paragraph that it belongs to. */
function isNoteBehind(blocks: readonly Block[]): boolean {
  const place = (text: string) => blocks.findIndex((block) => block.text.includes(text));
  return place(note) > place(paragraphs[0] ?? '');
}

const placesOf = (blocks: readonly Block[]) =>
  [...new Set(blocks.flatMap(({ place }) => Object.keys(place ?? {})))].join(', ');

/** The line of the table about a file. */
function lineOf({ name, form, extension }: Encoder, found: readonly Block[] | string): string {
  const told = (is: boolean) => (is ? 'yes' : '');
  const cells =
    typeof found === 'string'
      ? [`refused: ${found}`, '', '', '', '', '']
      : [
          form === 'picture' ? 'by the text in its pictures' : 'yes',
          told(isIn(found, 'heading', title)),
          told(isIn(found, 'item', items[0] ?? '')),
          told(isIn(found, 'row', rows[1]?.join(', ') ?? '')),
          told(isNoteBehind(found)),
          placesOf(found),
        ];
  return `| ${[extension.toUpperCase(), name, ...cells].join(' | ')} |`;
}

const lines = new Map<Encoder, string>();

describe.each(encoders)('$extension of $name', (encoder) => {
  it(`is read (takes ${encoder.programs.join(', ')})`, async ({ skip }) => {
    const lacking = missing(encoder);
    if (lacking.length > 0) skip(`not installed: ${lacking.join(', ')}`);
    const own = await mkdtemp(join(folder, 'file-'));
    const path = await encoder.write(own);
    expect(extname(path)).toBe(`.${encoder.extension}`);

    const found = await read(path);

    lines.set(encoder, lineOf(encoder, found));
    if (typeof found === 'string') {
      expect(found).toMatch(/password/);
      return;
    }
    const text = found.map((block) => block.text).join('\n');
    let from = 0;
    for (const piece of held[encoder.form]) {
      const at = text.indexOf(piece, from);
      expect(at, `${piece} in:\n${text}`).toBeGreaterThanOrEqual(0);
      from = at + piece.length;
    }
  });
});

it('docs/encoders.md has what was found', async ({ skip }) => {
  if (!hasAll) skip('the table is made with the programs of Debian 12');
  const head = [
    '# Documents by the program that wrote them',
    '',
    'For people who wonder what becomes of a file from their own program. A test makes one article with each program of Debian 12 and reads it',
    'as the platform does (`tests/encoders`); this page is what it found, and changes only with it (`vitest run --project encoders -u`).',
    'An empty cell says that the file does not say it, or that it is not read. [media.md](media.md) says how each kind is read.',
    '',
    '| kind | written by | text | headings | lists | tables | notes, after their paragraph | places |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
  ];
  const table = encoders.map((encoder) => lines.get(encoder));
  await expect(`${[...head, ...table].join('\n')}\n`).toMatchFileSnapshot('../../docs/encoders.md');
});
