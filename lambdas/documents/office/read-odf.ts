import { toMediaType } from '@nova/shared/media-types';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { DocumentPart, SourceFile } from '../blocks/block.ts';
import { visitPart, walkPart } from '../zip/walk-part.ts';
import { protectedByPassword, ZipPackage } from '../zip/zip-package.ts';
import { missingPart } from './missing-part.ts';
import { OdfRows } from './odf-rows.ts';
import { OdfText } from './odf-text.ts';
import { propertiesOf } from './properties.ts';

/**
 * A text, a spreadsheet or a presentation in OpenDocument, as LibreOffice writes it. Headers, footers, annotations, changes and tables of
 * contents are left out. Source: OpenDocument 1.3 part 2, §3, and part 3.
 * @throws DomainError `unsupported-media` with the fault and the remedy
 */
export async function* readOdf(
  { bytes, contentType }: SourceFile,
  budget: WorkBudget,
): AsyncGenerator<DocumentPart> {
  const zip = await ZipPackage.open(bytes, budget);
  if (!zip.has('content.xml')) throw missingPart('document in OpenDocument');
  await refuseEncrypted(zip);
  yield* await propertiesOf(zip, 'meta.xml');
  const isSheet = toMediaType(contentType) === 'application/vnd.oasis.opendocument.spreadsheet';
  const reader = isSheet ? new OdfRows() : new OdfText();
  for await (const _ of walkPart(zip, 'content.xml', reader)) yield* reader.take();
}

/** Source: OpenDocument 1.3 part 2, §3.4. */
const refuseEncrypted = (zip: ZipPackage) =>
  visitPart(zip, 'META-INF/manifest.xml', {
    open(name) {
      if (name === 'encryption-data') throw protectedByPassword();
    },
  });
