import { type XmlVisitor, XmlWalker } from '../xml/walk-xml.ts';
import type { ZipPackage } from './zip-package.ts';

/** Walks over a part of XML, and pauses after each piece of it. */
export async function* walkPart(zip: ZipPackage, name: string, visitor: XmlVisitor): AsyncGenerator<void> {
  const walker = new XmlWalker(visitor);
  for await (const piece of zip.text(name)) {
    walker.write(piece);
    yield;
  }
  walker.end();
  yield;
}

/** Walks over a whole part of XML. */
export async function visitPart(zip: ZipPackage, name: string, visitor: Partial<XmlVisitor>): Promise<void> {
  const ignore = () => {};
  for await (const _ of walkPart(zip, name, { open: ignore, text: ignore, close: ignore, ...visitor }));
}
