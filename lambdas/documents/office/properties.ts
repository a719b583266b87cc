import type { About, DocumentPart } from '../blocks/block.ts';
import { visitPart } from '../zip/walk-part.ts';
import type { ZipPackage } from '../zip/zip-package.ts';

/** Elements of Dublin Core, of Office's and of OpenDocument's metadata, by the fact that each is. */
const facts: Readonly<Record<string, keyof About>> = {
  title: 'title',
  creator: 'author',
  'initial-creator': 'author',
  language: 'language',
  Pages: 'pages',
};

/** Characters of a fact that are read. */
const factChars = 1000;

/** The facts of a document that parts of it tell; those of the first count. */
export async function propertiesOf(zip: ZipPackage, ...parts: readonly string[]): Promise<DocumentPart[]> {
  let about: About = {};
  for (const part of parts) {
    let [open, text]: [keyof About | undefined, string] = [undefined, ''];
    await visitPart(zip, part, {
      open(name) {
        open = Object.hasOwn(facts, name) ? facts[name] : undefined;
        text = '';
      },
      text(piece) {
        if (open && text.length < factChars) text += piece;
      },
      close() {
        const value = text.trim();
        if (open && value !== '' && about[open] === undefined) about = { ...about, ...factOf(open, value) };
        open = undefined;
      },
    });
  }
  return Object.keys(about).length > 0 ? [{ kind: 'about', ...about }] : [];
}

function factOf(name: keyof About, value: string): About {
  if (name !== 'pages') return { [name]: value };
  const pages = Number(value);
  return Number.isInteger(pages) && pages > 0 ? { pages } : {};
}
