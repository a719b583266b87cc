import type { WorkBudget } from '../../../runtime/work-budget.ts';
import type { DocumentPart, SourceFile } from '../../blocks/block.ts';
import { attribute, prefixed } from '../../xml/walk-xml.ts';
import { visitPart, walkPart } from '../../zip/walk-part.ts';
import { ZipPackage } from '../../zip/zip-package.ts';
import { missingPart } from '../missing-part.ts';
import { propertiesOf } from '../properties.ts';
import { mainPart, relationshipsOf, targetOf } from '../relationships.ts';
import { RowBlocks } from '../row-of-cells.ts';
import { numberFormats } from './number-formats.ts';
import { sharedStrings } from './shared-strings.ts';
import { SheetRows } from './sheet-rows.ts';

/**
 * A workbook of Excel, row by row: texts, the results of formulas, numbers and dates as their formats show them. Hidden sheets are named
 * and not read; comments and charts are left out. Source: ECMA-376 part 1, §12 and §18.
 * @throws DomainError `unsupported-media` with the fault and the remedy
 */
export async function* readXlsx({ bytes }: SourceFile, budget: WorkBudget): AsyncGenerator<DocumentPart> {
  const zip = await ZipPackage.open(bytes, budget);
  const main = await mainPart(zip, 'xl/workbook.xml');
  if (!zip.has(main)) throw missingPart('Excel workbook');
  yield* await propertiesOf(zip, 'docProps/core.xml');
  const related = await relationshipsOf(zip, main);
  const { sheets, is1904 } = await workbook(zip, main);
  const strings = await sharedStrings(zip, targetOf(related, 'sharedStrings') ?? 'xl/sharedStrings.xml');
  const show = await numberFormats(zip, targetOf(related, 'styles') ?? 'xl/styles.xml', is1904);
  for (const [at, { name, id, isHidden }] of sheets.entries()) {
    const found = related.get(id);
    if (found?.type !== 'worksheet') continue;
    if (isHidden) {
      yield { kind: 'warning', text: `The sheet ${name} is hidden, and is not read.` };
      continue;
    }
    const rows = new SheetRows(new RowBlocks(name, at + 1), strings, show);
    for await (const _ of walkPart(zip, found.target, rows)) yield* rows.take();
  }
}

interface Sheet {
  readonly name: string;
  /** Of its relationship. */
  readonly id: string;
  readonly isHidden: boolean;
}

async function workbook(zip: ZipPackage, part: string) {
  const sheets: Sheet[] = [];
  let is1904 = false;
  await visitPart(zip, part, {
    open(name, attributes) {
      if (name === 'sheet') {
        sheets.push({
          name: attribute(attributes, 'name') ?? '',
          id: prefixed(attributes, 'id') ?? '',
          isHidden: (attribute(attributes, 'state') ?? 'visible') !== 'visible',
        });
      } else if (name === 'workbookPr') is1904 = /^(?:1|true)$/.test(attribute(attributes, 'date1904') ?? '');
    },
  });
  return { sheets, is1904 };
}
