import type { DocumentPlace } from '@nova/shared/api/place';
import { oneLine } from '../output/text.ts';

/** Where a passage is in its document, as in `p. iv–5  Oil > Wicks`; empty when it has no such place. */
export function placeWords({
  page,
  lastPage,
  pageLabel,
  slide,
  sheet,
  cells,
  heading = [],
}: DocumentPlace): string {
  const last = lastPage === undefined ? '' : `–${lastPage}`;
  const pages = page === undefined ? '' : `p. ${pageLabel ?? page}${last}`;
  const slideWords = slide === undefined ? '' : `slide ${slide}`;
  const range = [sheet, cells].filter((part) => part !== undefined).join(' ');
  const words = [pages, slideWords, range, heading.join(' > ')];
  return words
    .map(oneLine)
    .filter((part) => part !== '')
    .join('  ');
}
