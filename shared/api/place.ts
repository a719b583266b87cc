import * as z from 'zod';

/** Where a passage is in its document. A member is absent where the document has no such place, and in vectors that are older than places. */
const members = {
  page: z.int().min(1).exactOptional().describe('Number of the page on which the passage starts, from 1'),
  lastPage: z
    .int()
    .min(1)
    .exactOptional()
    .describe('Number of the page on which it ends, when that is another'),
  pageLabel: z
    .string()
    .exactOptional()
    .describe('Label that the document gives the page on which it starts, such as iv'),
  slide: z.int().min(1).exactOptional().describe('Number of the slide, from 1'),
  sheet: z.string().exactOptional().describe('Name of the sheet'),
  cells: z.string().exactOptional().describe('Range of its cells, such as A2:D14'),
  heading: z
    .array(z.string())
    .exactOptional()
    .describe('Headings above the start of the passage, the outermost first'),
};

export const DocumentPlace = z.object(members);
export type DocumentPlace = z.infer<typeof DocumentPlace>;

/** The members of a place in a document that something has, and no others. */
export function documentPlaceOf(value: DocumentPlace): DocumentPlace {
  const { page, lastPage, pageLabel, slide, sheet, cells, heading } = value;
  const place = { page, lastPage, pageLabel, slide, sheet, cells, heading };
  return Object.fromEntries(Object.entries(place).filter(([, member]) => member !== undefined));
}
