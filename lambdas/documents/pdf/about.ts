import type { About } from '../blocks/block.ts';
import type { PdfFile } from './pdf-file.ts';

/** Entries of an outline that are read, at most. */
const mostEntries = 5000;
/** Titles that programs give to a file without one. */
const noTitle = /^(?:untitled|unbekannt|無題|.*\.(?:docx?|pdf|tex|dvi|indd|qxd|xlsx?|pptx?|rtf|odt|html?))$/i;

/** The facts that a file states about itself: in XMP (ISO 16684-1), otherwise in its information dictionary (ISO 32000-1 §14.3.3). */
export async function aboutOf(file: PdfFile): Promise<About> {
  const pages = file.numPages;
  const found = await file.getMetadata().catch(() => undefined);
  if (!found) return { pages };
  const info = found.info as Readonly<Record<string, unknown>>;
  const xmp = (name: string) => textOf(found.metadata?.get(name));
  const title = (xmp('dc:title') ?? textOf(info.Title))?.replace(
    /^Microsoft (?:Word|PowerPoint|Excel) - /,
    '',
  );
  const author = xmp('dc:creator') ?? textOf(info.Author);
  const language = textOf(info.Language) ?? xmp('dc:language');
  return {
    ...(title === undefined || noTitle.test(title) ? {} : { title }),
    ...(author === undefined ? {} : { author }),
    ...(language !== undefined ? { language } : {}),
    pages,
  };
}

function textOf(value: unknown): string | undefined {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const text = values
    .filter((one) => typeof one === 'string')
    .join(', ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text === '' ? undefined : text.slice(0, 1000).toWellFormed();
}

interface OutlineEntry {
  readonly title: string;
  readonly items?: readonly OutlineEntry[];
}

/** The levels of the titles in a file's outline, by their {@link titleKey}. */
export async function outlineOf(file: PdfFile): Promise<ReadonlyMap<string, number>> {
  const levels = new Map<string, number>();
  let entries: readonly OutlineEntry[] = (await file.getOutline().catch(() => undefined)) ?? [];
  let read = 0;
  for (let level = 1; entries.length > 0 && read < mostEntries; level += 1) {
    for (const { title } of entries) {
      const key = titleKey(title);
      if (key !== '' && !levels.has(key)) levels.set(key, level);
    }
    read += entries.length;
    entries = entries.flatMap(({ items }) => items ?? []);
  }
  return levels;
}

/** The letters of a title, without a number before them: they are the same in the outline and on the page. */
export const titleKey = (title: string): string =>
  title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/^[\p{P}\s]*(?:(?:\d+|[a-z])(?:\.\d+)*[.):]?\s+)?/u, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
