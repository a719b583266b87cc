import { limits } from '@nova/shared/limits';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { DocumentPart, SourceFile } from '../blocks/block.ts';
import { attribute, type XmlAttributes } from '../xml/walk-xml.ts';
import { visitPart, walkPart } from '../zip/walk-part.ts';
import { ZipPackage } from '../zip/zip-package.ts';
import { DocxBody } from './docx-body.ts';
import { docxStyles } from './docx-styles.ts';
import { missingPart } from './missing-part.ts';
import { propertiesOf } from './properties.ts';
import { mainPart, relationshipsOf, targetOf } from './relationships.ts';

/**
 * A document of Word: headings by style or outline level, lists, tables, notes after the paragraph that refers to them. Headers, footers,
 * comments, deleted and hidden text and tables of contents are left out. Source: ECMA-376 part 1, §11 and §17.
 * @throws DomainError `unsupported-media` with the fault and the remedy
 */
export async function* readDocx({ bytes }: SourceFile, budget: WorkBudget): AsyncGenerator<DocumentPart> {
  const zip = await ZipPackage.open(bytes, budget);
  const main = await mainPart(zip, 'word/document.xml');
  if (!zip.has(main)) throw missingPart('Word document');
  yield* await propertiesOf(zip, 'docProps/core.xml', 'docProps/app.xml');
  const related = await relationshipsOf(zip, main);
  const meaningOf = await docxStyles(zip, targetOf(related, 'styles') ?? 'word/styles.xml');
  const notes = new Map<string, string>();
  for (const kind of ['footnote', 'endnote']) {
    const part = targetOf(related, `${kind}s`);
    if (part) await readNotes(zip, part, kind, notes);
  }
  const body = new DocxBody(meaningOf, notes);
  for await (const _ of walkPart(zip, main, body)) yield* body.flow.take();
}

/** Reads the texts of notes, as far as a document may be long. */
async function readNotes(
  zip: ZipPackage,
  part: string,
  kind: string,
  notes: Map<string, string>,
): Promise<void> {
  const body = new DocxBody(() => undefined, new Map());
  let [id, chars]: [string | undefined, number] = [undefined, 0];
  await visitPart(zip, part, {
    open(name: string, attributes: XmlAttributes) {
      if (name === kind) id = attribute(attributes, 'id');
      body.open(name, attributes);
    },
    text: (text) => body.text(text),
    close(name) {
      body.close(name);
      if (name !== kind) return;
      const text = body.flow
        .take()
        .map((block) => block.text)
        .join(' ');
      chars += text.length;
      if (id !== undefined && text !== '' && chars <= limits.documentChars) notes.set(`${kind} ${id}`, text);
    },
  });
}
