import { expect, it } from 'vitest';
import { placeWords } from './place.ts';

it.each([
  [{}, ''],
  [{ page: 3 }, 'p. 3'],
  [{ page: 3, lastPage: 4, pageLabel: 'iii', heading: ['Manual', 'Oil'] }, 'p. iii–4  Manual > Oil'],
  [{ slide: 7 }, 'slide 7'],
  [{ sheet: 'Lamps', cells: 'A2:B9' }, 'Lamps A2:B9'],
  [{ heading: ['two\nlines'] }, 'two lines'],
])('%j is shown as %j', (place, words) => {
  expect(placeWords(place)).toBe(words);
});
