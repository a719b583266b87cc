import { describe, it } from 'vitest';
import { expectLinearOf } from '../testing/linear-work.ts';
import { DocxBody } from './office/docx-body.ts';
import { SheetRows } from './office/excel/sheet-rows.ts';
import { OdfRows } from './office/odf-rows.ts';
import { OdfText } from './office/odf-text.ts';
import { RowBlocks } from './office/row-of-cells.ts';
import { SlideText } from './office/slide-text.ts';
import { type XmlVisitor, XmlWalker } from './xml/walk-xml.ts';

/** Walks over a part as over pieces that are unpacked, up to the refusal of what is nested too deeply. */
const walkWith = (makeVisitor: () => XmlVisitor) => (source: string) => {
  const walker = new XmlWalker(makeVisitor());
  for (let at = 0; at < source.length; at += 16 * 1024) walker.write(source.slice(at, at + 16 * 1024));
  walker.end();
};

const prose = [
  '<p>',
  '</p>',
  '<t>',
  '</t>',
  '<tbl>',
  '</tbl>',
  '<tr>',
  '</tr>',
  '<tc>',
  '</tc>',
  '<br/>',
  'a ',
];
const sheet = [
  '<row>',
  '</row>',
  '<c>',
  '</c>',
  '<c r="XFD1">',
  '<v>',
  '</v>',
  '1',
  '<is>',
  '<t>',
  '</t>',
  '<row r="9"/>',
];
const open = [
  '<p>',
  '</p>',
  '<s c="99"/>',
  '<table>',
  '</table>',
  '<table-row>',
  '</table-row>',
  'a',
  '<note>',
  '</note>',
];
const cell = '<table-cell number-columns-repeated="99">';

describe('office documents take time linear in their length', () => {
  it.each([
    ['Word', () => new DocxBody(() => undefined, new Map()), prose],
    ['PowerPoint', () => new SlideText(), [...prose, '<sp>', '</sp>', '<ph/>']],
    ['Excel', () => new SheetRows(new RowBlocks('a', 1), ['a'], String), sheet],
    ['OpenDocument', () => new OdfText(), [...open, '<table-cell>', '</table-cell>']],
    ['sheets of OpenDocument', () => new OdfRows(), [...open, cell, '</table-cell>']],
  ] as const)('%s, with any elements repeated', (_, makeVisitor, pieces) =>
    expectLinearOf(walkWith(makeVisitor), pieces, { size: 32 * 1024, numRuns: 15 }),
  );
});
