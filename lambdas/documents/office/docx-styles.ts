import { attribute } from '../xml/walk-xml.ts';
import { visitPart } from '../zip/walk-part.ts';
import type { ZipPackage } from '../zip/zip-package.ts';

interface Style {
  name: string;
  outline?: number;
  base?: string | undefined;
}

/** What a style makes of a paragraph: a heading of a level, a line of a table of contents, or neither. */
export type StyleMeaning = { readonly level: number } | 'contents' | undefined;

/** Styles that one is based on, one after the other: more are a circle. */
const maxBases = 20;

/** The meanings of the styles of a document by their ids. Source: ECMA-376 part 1, §17.7 and §17.3.1.20. */
export async function docxStyles(zip: ZipPackage, part: string): Promise<(id: string) => StyleMeaning> {
  const styles = new Map<string, Style>();
  let style: Style = { name: '' };
  await visitPart(zip, part, {
    open(name, attributes) {
      const value = attribute(attributes, 'val') ?? '';
      if (name === 'style') {
        style = { name: '' };
        styles.set(attribute(attributes, 'styleId') ?? '', style);
      } else if (name === 'name') style.name = value.toLowerCase();
      else if (name === 'basedOn') style.base = value;
      else if (name === 'outlineLvl') style.outline = Number(value);
    },
  });
  return (id) => {
    let found = styles.get(id);
    for (let step = 0; found && step < maxBases; step += 1) {
      const meaning = meaningOf(found);
      if (meaning) return meaning;
      found = found.base === undefined ? undefined : styles.get(found.base);
    }
    return meaningOf({ name: id.toLowerCase() });
  };
}

function meaningOf({ name, outline }: Style): StyleMeaning {
  if (/^toc ?\d/.test(name)) return 'contents';
  if (name === 'title') return { level: 1 };
  const level = outline === undefined ? Number(/^heading ?([1-9])$/.exec(name)?.[1]) : outline + 1;
  return level >= 1 && level <= 9 ? { level } : undefined;
}
