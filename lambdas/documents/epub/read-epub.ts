import { posix } from 'node:path';
import { DomainError } from '../../domain/errors.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { About, DocumentPart, SourceFile } from '../blocks/block.ts';
import { readHtml } from '../html/read-html.ts';
import { attribute } from '../xml/walk-xml.ts';
import { visitPart } from '../zip/walk-part.ts';
import { ZipPackage } from '../zip/zip-package.ts';

/**
 * A book: its chapters in reading order, each read as a page is. Source: EPUB 3.3, §4 and §5.
 * @throws DomainError `unsupported-media` with the fault and the remedy
 */
export async function* readEpub({ bytes }: SourceFile, budget: WorkBudget): AsyncGenerator<DocumentPart> {
  const zip = await ZipPackage.open(bytes, budget);
  const opf = await packageDocument(zip);
  const { about, chapters } = await bookOf(zip, opf);
  yield { kind: 'about', ...about };
  const locked = await encryptedParts(zip);
  let tables = 0;
  for (const chapter of chapters) {
    if (locked.has(chapter)) throw lockedBook();
    if (!zip.has(chapter)) {
      yield { kind: 'warning', text: `The chapter ${chapter} is missing in the file.` };
      continue;
    }
    let most = tables;
    for (const part of readHtml(await zip.wholeText(chapter), budget)) {
      if (part.kind === 'about') continue;
      if (part.kind === 'row') {
        most = Math.max(most, tables + part.table);
        yield { ...part, table: tables + part.table };
      } else yield part;
    }
    tables = most + 1;
  }
}

async function packageDocument(zip: ZipPackage): Promise<string> {
  let found: string | undefined;
  await visitPart(zip, 'META-INF/container.xml', {
    open(name, attributes) {
      if (name === 'rootfile') found ??= attribute(attributes, 'full-path');
    },
  });
  if (found !== undefined && zip.has(found)) return found;
  throw new DomainError(
    'unsupported-media',
    'The file is no EPUB book: it does not name its chapters. Export it again, and upload that.',
  );
}

const facts: Readonly<Record<string, 'title' | 'author' | 'language'>> = {
  title: 'title',
  creator: 'author',
  language: 'language',
};

/** Characters of a fact that are read. */
const factChars = 1000;

/** The facts of a book, and its chapters in reading order, without its table of contents. */
async function bookOf(zip: ZipPackage, opf: string): Promise<{ about: About; chapters: readonly string[] }> {
  let about: About = {};
  let [open, text]: ['title' | 'author' | 'language' | undefined, string] = [undefined, ''];
  const pages = new Map<string, string>();
  const chapters: string[] = [];
  await visitPart(zip, opf, {
    open(name, attributes) {
      open = Object.hasOwn(facts, name) ? facts[name] : undefined;
      text = '';
      const [id, href] = [attribute(attributes, 'id'), attribute(attributes, 'href')];
      const isPage = /html/i.test(attribute(attributes, 'media-type') ?? '');
      const isContents = (attribute(attributes, 'properties') ?? '').split(/\s+/).includes('nav');
      if (name === 'item' && id && href && isPage && !isContents) {
        pages.set(id, posix.join(posix.dirname(opf), unescaped(href)));
      } else if (name === 'itemref' && attribute(attributes, 'linear') !== 'no') {
        const page = pages.get(attribute(attributes, 'idref') ?? '');
        if (page !== undefined) chapters.push(page);
      }
    },
    text(piece) {
      if (open && text.length < factChars) text += piece;
    },
    close() {
      if (open && text.trim() !== '' && about[open] === undefined) about = { ...about, [open]: text.trim() };
      open = undefined;
    },
  });
  return { about, chapters: [...new Set(chapters)] };
}

function unescaped(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

/** The parts that a vendor's key opens; many books encrypt their fonts only. */
async function encryptedParts(zip: ZipPackage): Promise<ReadonlySet<string>> {
  const parts = new Set<string>();
  await visitPart(zip, 'META-INF/encryption.xml', {
    open(name, attributes) {
      const part = attribute(attributes, 'URI');
      if (name === 'CipherReference' && part !== undefined) parts.add(unescaped(part));
    },
  });
  return parts;
}

const lockedBook = () =>
  new DomainError(
    'unsupported-media',
    'The book is locked by its seller (DRM), so that its text cannot be read; upload a copy without a lock.',
  );
