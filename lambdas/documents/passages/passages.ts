import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { Block } from '../blocks/block.ts';
import { Cutter, unitWeight } from './cutter.ts';
import { Duplicates } from './duplicates.ts';
import { type PassagePlace, placeOf } from './place.ts';
import { textOf, type Unit } from './unit.ts';
import { Units } from './units.ts';

/** A piece of content that a search finds as one. Its seconds are absent in most documents. */
export interface Passage extends PassagePlace {
  /** Never blank. */
  readonly text: string;
  readonly speaker?: string;
  /** First part of the language tag. */
  readonly language?: string;
  /** The headings above its start, the outermost first. */
  readonly heading?: string[];
}

/** Characters of a passage, at most: a hit shows all of them, and in UTF-8 they take at most 16 KB of a vector's 40 KB of metadata. */
export const passageCharsMax = 4000;

/** The passages that can be found: without blank ones, and cut to the length that a hit shows. */
export function presentable(passages: readonly Passage[]): Passage[] {
  return passages
    .map((passage) => ({ ...passage, text: passage.text.trim().slice(0, passageCharsMax).toWellFormed() }))
    .filter(({ text }) => text !== '');
}

/**
 * Cuts a document into passages at the ends of blocks and sentences. Every character that is not white space is in a passage, once
 * where passages are equal. Inside a paragraph a passage begins with the last sentences of the one before, as context; inside a table
 * with the row that names the columns. No passage crosses slides or sheets.
 * @param budget looked at before each block and each passage
 */
export async function* documentPassages(
  blocks: AsyncIterable<Block> | Iterable<Block>,
  budget: WorkBudget,
): AsyncGenerator<Passage> {
  const duplicates = new Duplicates();
  for await (const units of passageUnits(blocks, budget)) {
    budget();
    const passage = passageOf(units);
    if (!duplicates.has(units, passage.heading ?? [])) yield passage;
  }
}

/** The units of each passage of a document; those that are repeated as context are the same objects as before. */
export async function* passageUnits(
  blocks: AsyncIterable<Block> | Iterable<Block>,
  budget: WorkBudget,
): AsyncGenerator<readonly Unit[]> {
  const units = new Units(unitWeight);
  const cutter = new Cutter();
  const cut = function* (found: Iterable<Unit>) {
    for (const unit of found) {
      const ended = cutter.add(unit);
      if (ended) yield ended;
    }
  };
  for await (const block of blocks) {
    budget();
    yield* cut(units.add(block));
  }
  yield* cut(units.end());
  const last = cutter.end();
  if (last) yield last;
}

function passageOf(units: readonly Unit[]): Passage {
  const headings = units.find(({ repeated }) => !repeated)?.headings ?? [];
  return {
    text: textOf(units),
    ...placeOf(units),
    ...(headings.length > 0 ? { heading: [...headings] } : {}),
  };
}
