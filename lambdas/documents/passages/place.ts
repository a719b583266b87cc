import type { Place } from '../blocks/block.ts';
import type { Unit } from './unit.ts';

/** Where a passage is in its document: where it starts and, if that is elsewhere, where it ends. */
export interface PassagePlace extends Place {
  /** The page on which the passage ends, when it starts on another. */
  readonly lastPage?: number;
}

/** Characters of a page's label and of a sheet's name, at most: filters hold 2 KB in all (S3 Vectors limits). */
const nameChars = 64;

/** The place of consecutive units. A repeated header row is not where the passage is. */
export function placeOf(units: readonly Unit[]): PassagePlace {
  const own = units.filter(({ repeated }) => !repeated);
  const { pageLabel, sheet, cells, ...from } = own[0]?.from ?? {};
  const to = own.at(-1)?.to ?? {};
  return {
    ...from,
    ...(pageLabel === undefined ? {} : { pageLabel: shortened(pageLabel) }),
    ...(to.page === undefined || to.page === from.page ? {} : { lastPage: to.page }),
    ...(sheet === undefined ? {} : { sheet: shortened(sheet) }),
    ...(cells === undefined ? {} : { cells: shortened(rangeOf(cells, to.cells ?? cells)) }),
    ...(to.end === undefined ? {} : { end: to.end }),
  };
}

const shortened = (name: string) => name.slice(0, nameChars).toWellFormed();

/** The range from the first cell of one range to the last of another: `A2:D2` and `A9:D9` are `A2:D9`. */
const rangeOf = (first: string, last: string) =>
  first === last ? first : `${first.split(':')[0]}:${last.split(':').at(-1)}`;

/** Whether two places are on different slides or sheets, which no passage crosses. */
export const areApart = (one: Place, other: Place): boolean =>
  one.slide !== other.slide || one.sheet !== other.sheet;
