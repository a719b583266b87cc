import type { Block, Place } from '../blocks/block.ts';

/** A sentence, a heading or a row of a table: what a passage holds whole. */
export interface Unit {
  /** With the spaces after a sentence. */
  readonly text: string;
  /** Hundredths of tokens. */
  readonly weight: number;
  /** What separates it from the unit before it in the same passage. */
  readonly lead: '' | '\n' | '\n\n';
  /** The headings above it; a heading's own is the last. */
  readonly headings: readonly string[];
  readonly kind: Block['kind'];
  /** It begins a block, so a passage may end before it. */
  readonly opens: boolean;
  /** Places of its start and its end. */
  readonly from: Place;
  readonly to: Place;
  /** Number of a row's table. */
  readonly table?: number;
  /** The row names the columns of its table. */
  readonly header?: true;
  /** The header is repeated at the start of a passage. */
  readonly repeated?: true;
}

/** The text of units in one passage. */
export const textOf = (units: readonly Unit[]): string =>
  units
    .map(({ lead, text }, number) => (number === 0 ? '' : lead) + text)
    .join('')
    .trim();
