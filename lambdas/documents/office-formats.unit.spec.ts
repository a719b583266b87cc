import { limits } from '@nova/shared/limits';
import { describe, expect, it } from 'vitest';
import { docx, docxParts, epub, odf, pptx, xlsx } from '../testing/office-files.ts';
import { readParts, textsOf } from '../testing/read-parts.ts';
import { zipFile } from '../testing/zip-file.ts';

const office = 'application/vnd.openxmlformats-officedocument.';
const word = `${office}wordprocessingml.document` as const;
const powerpoint = `${office}presentationml.presentation` as const;
const excel = `${office}spreadsheetml.sheet` as const;
const open = 'application/vnd.oasis.opendocument.';
const facts = { title: 'The light', author: 'Ada' };

const p = (text: string, properties = '') =>
  `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
const cells = (...texts: readonly string[]) =>
  `<w:tr>${texts.map((text) => `<w:tc>${p(text)}</w:tc>`).join('')}</w:tr>`;

describe('a document of Word', () => {
  it('is read with headings, lists, tables and notes, without what is hidden or deleted', async () => {
    const body = [
      p('Contents 1', '<w:pStyle w:val="T1"/>'),
      p('Keeping', '<w:pStyle w:val="Mine"/>'),
      '<w:p><w:r><w:t>She lit</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t xml:space="preserve"> the&#160;lamp.</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del></w:p>',
      p('oil', '<w:numPr><w:numId w:val="1"/></w:numPr>'),
      p('Deeper', '<w:outlineLvl w:val="1"/>'),
      `<w:tbl>${cells('Year', 'Light')}${cells('1987', '')}</w:tbl>`,
      '<w:p><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>In a frame</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:p><w:r><w:t>again</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent><w:r><w:t>Last</w:t></w:r></w:p>',
    ].join('');
    const { blocks, about } = await readParts(await docx(body), word);

    expect(about).toEqual({ ...facts, language: 'en-GB', pages: 3 });
    expect(blocks).toEqual([
      { kind: 'heading', level: 1, text: 'Keeping' },
      { kind: 'paragraph', text: 'She lit the lamp.' },
      { kind: 'paragraph', text: 'A note.' },
      { kind: 'item', text: 'oil' },
      { kind: 'heading', level: 2, text: 'Deeper' },
      { kind: 'row', table: 1, text: 'Year, Light', header: true },
      { kind: 'row', table: 1, text: '1987, ' },
      { kind: 'paragraph', text: 'In a frame' },
      { kind: 'paragraph', text: 'Last' },
    ]);
  });
});

describe('a presentation of PowerPoint', () => {
  it('is read slide by slide in the order of the show, with the notes of the speaker', async () => {
    const shape = (type: string, text: string) =>
      `<p:sp><p:nvSpPr><p:nvPr>${type === '' ? '' : `<p:ph type="${type}"/>`}</p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
    const table =
      '<p:graphicFrame><a:tbl><a:tr><a:tc><a:p><a:r><a:t>Year</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r><a:t>Light</a:t></a:r></a:p></a:tc></a:tr></a:tbl></p:graphicFrame>';
    const slides = [
      shape('title', 'First') + shape('body', 'oil') + shape('sldNum', '7') + table,
      shape('', 'free'),
    ];
    const file = await pptx(slides, shape('body', 'Say it slowly.') + shape('sldNum', '1'));
    const { blocks, about } = await readParts(file, powerpoint);

    expect(about).toMatchObject(facts);
    expect(blocks).toEqual([
      { kind: 'heading', level: 1, text: 'First', place: { slide: 1 } },
      { kind: 'item', text: 'oil', place: { slide: 1 } },
      { kind: 'row', table: 1, text: 'Year, Light', header: true, place: { slide: 1 } },
      { kind: 'paragraph', text: 'Say it slowly.', place: { slide: 1 } },
      { kind: 'paragraph', text: 'free', place: { slide: 2 } },
    ]);
  });
});

describe('a workbook of Excel', () => {
  const styles =
    '<numFmts><numFmt numFmtId="164" formatCode="#,##0.00\\ &quot;kg&quot;"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="10"/></cellXfs>';
  const strings = '<si><t>Name</t></si><si><r><t>Sker</t></r><r><t>ry</t></r><rPh><t>no</t></rPh></si>';

  it('is read by sheets and rows, with the cells of each and numbers as they are shown', async () => {
    const rows = [
      '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Lit</t></is></c><c r="C1" t="str"><f>A1</f><v>Oil</v></c></row>',
      '<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" s="1"><v>45352</v></c><c r="C3" s="2"><v>1234.5</v></c><c r="D3" s="3"><v>0.125</v></c></row>',
      '<row><c r="B4" t="b"><v>1</v></c><c r="C4"><v>0.30000000000000004</v></c><c r="XFD4"><v>1</v></c></row>',
    ].join('');
    const file = await xlsx(
      [
        { name: 'Lights &amp; oil', rows },
        { name: 'Lists', rows, state: 'hidden' },
      ],
      { strings, styles },
    );
    const { blocks, warnings } = await readParts(file, excel);

    const sheet = 'Lights & oil';
    expect(blocks).toEqual([
      { kind: 'row', table: 1, text: 'Name, Lit, Oil', place: { sheet, cells: 'A1:C1' }, header: true },
      {
        kind: 'row',
        table: 1,
        text: 'Skerry, 2024-03-01, 1,234.50 kg, 12.50%',
        place: { sheet, cells: 'A3:D3' },
      },
      { kind: 'row', table: 1, text: ', TRUE, 0.3, , 1', place: { sheet, cells: 'B4:XFD4' } },
    ]);
    expect(warnings).toEqual(['The sheet Lists is hidden, and is not read.']);
  });

  it('that counts days from 1904 has the same dates', async () => {
    const rows = '<row r="1"><c r="A1" s="1"><v>43890</v></c></row>';
    const file = await xlsx([{ name: 'a', rows }], { styles, workbook: '<workbookPr date1904="1"/>' });
    expect(textsOf((await readParts(file, excel)).blocks)).toEqual(['2024-03-01']);
  });

  it('with millions of empty cells is read', async () => {
    const row = `<row>${'<c s="1"/>'.repeat(1000)}</row>`;
    const rows = `${row.repeat(300)}<row r="9000"><c t="inlineStr"><is><t>found</t></is></c></row>`;
    const { blocks } = await readParts(await xlsx([{ name: 'a', rows }]), excel);
    expect(blocks).toMatchObject([{ text: 'found', place: { cells: 'A9000' } }]);
  });
});

describe('a document in OpenDocument', () => {
  it('is read with headings, lists, tables and notes', async () => {
    const body =
      '<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes><text:h text:outline-level="2">Keeping</text:h><text:p>She<text:s text:c="3"/>lit<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p></text:note-body></text:note> the\nlamp.</text:p><text:list><text:list-item><text:p>oil</text:p></text:list-item></text:list><table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Year</text:p></table:table-cell><table:table-cell><text:p>1</text:p></table:table-cell></table:table-row></table:table-header-rows></table:table>';
    const { blocks, about } = await readParts(await odf('text', body), `${open}text`);

    expect(about).toEqual(facts);
    expect(blocks).toEqual([
      { kind: 'heading', level: 2, text: 'Keeping' },
      { kind: 'paragraph', text: 'She lit the lamp.' },
      { kind: 'paragraph', text: 'A note.' },
      { kind: 'item', text: 'oil' },
      { kind: 'row', table: 1, text: 'Year, 1', header: true },
    ]);
  });

  it('that is a presentation has slides', async () => {
    const page = (text: string) =>
      `<draw:page><draw:frame><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame></draw:page>`;
    const { blocks } = await readParts(
      await odf('presentation', page('one') + page('two')),
      `${open}presentation`,
    );
    expect(blocks).toMatchObject([
      { text: 'one', place: { slide: 1 } },
      { text: 'two', place: { slide: 2 } },
    ]);
  });

  it('that is a spreadsheet has sheets and cells, and repeats nothing a million times', async () => {
    const cell = (text: string, more = '') =>
      `<table:table-cell ${more}><text:p>${text}</text:p></table:table-cell>`;
    const rows = `<table:table-row>${cell('Name')}${cell('Lit')}</table:table-row><table:table-row table:number-rows-repeated="5"><table:table-cell table:number-columns-repeated="2"/></table:table-row><table:table-row table:number-rows-repeated="1000000">${cell('x', 'table:number-columns-repeated="2"')}<table:table-cell table:number-columns-repeated="16000"/></table:table-row>`;
    const file = await odf('spreadsheet', `<table:table table:name="Lights">${rows}</table:table>`);
    const sheet = 'Lights';
    expect((await readParts(file, `${open}spreadsheet`)).blocks).toEqual([
      { kind: 'row', table: 1, text: 'Name, Lit', place: { sheet, cells: 'A1:B1' }, header: true },
      { kind: 'row', table: 1, text: 'x, x', place: { sheet, cells: 'A7:B7' } },
    ]);
  });

  it('that is encrypted is refused', async () => {
    const file = await odf('text', '', '<manifest:encryption-data/>');
    await expect(readParts(file, `${open}text`)).rejects.toThrow(/protected by a password/);
  });
});

describe('a book', () => {
  it('is read by its chapters in reading order', async () => {
    const file = await epub([
      '<html><title>x</title><h1>Two</h1><p>Night.</p></html>',
      '<h1>One</h1><p>Day.</p>',
    ]);
    const { blocks, about } = await readParts(file, 'application/epub+zip');
    expect(about).toEqual({ ...facts, language: 'en' });
    expect(textsOf(blocks)).toEqual(['One', 'Day.', 'Two', 'Night.']);
  });

  it('that is locked is refused', async () => {
    const lock = '<encryption><CipherReference URI="OPS/text/c%200.xhtml"/></encryption>';
    const file = await epub(['<p>x</p>'], { 'META-INF/encryption.xml': lock });
    await expect(readParts(file, 'application/epub+zip')).rejects.toThrow(/locked by its seller/);
  });
});

describe('a hostile office document', () => {
  it('that unpacks to too many bytes is refused', async () => {
    const mebibyte = ' '.repeat(1024 * 1024);
    const parts = {
      ...docxParts(`<w:p>${mebibyte.repeat(limits.documentUnpackedBytes / mebibyte.length)}</w:p>`),
    };
    const file = await zipFile(parts);
    expect(file.length).toBeLessThan(1024 * 1024);
    await expect(readParts(file, word)).rejects.toThrow(
      `unpacks to more than ${limits.documentUnpackedBytes} bytes`,
    );
  });

  it('of more parts than any has is refused', async () => {
    const parts = Object.fromEntries(
      Array.from({ length: limits.documentParts + 1 }, (_, at) => [`${at}`, '']),
    );
    await expect(readParts(await zipFile(parts), word)).rejects.toThrow(/more than \d+ parts/);
  });

  it('that defines entities is refused', async () => {
    const laughs = {
      ...docxParts(''),
      'word/document.xml': '<!DOCTYPE a [<!ENTITY b "ha">]><w:p><w:t>&b;</w:t></w:p>',
    };
    await expect(readParts(await zipFile(laughs), word)).rejects.toThrow(/defines XML entities/);
  });

  it('that is nested without end is refused', async () => {
    await expect(readParts(await docx('<w:tbl>'.repeat(50_000)), word)).rejects.toThrow(/nested too deeply/);
  });

  it('that claims fewer bytes than it has is refused', async () => {
    const file = await docx(p('She lit the lamp.'));
    const entry = file.indexOf('word/document.xml', file.indexOf('PK\x01\x02'));
    file.writeUInt32LE(3, entry - 46 + 24);
    await expect(readParts(file, word)).rejects.toThrow(/damaged or incomplete/);
  });

  it('that is encrypted or of an old Office is refused', async () => {
    const file = Buffer.alloc(1024);
    file.write('d0cf11e0a1b11ae1', 'hex');
    await expect(readParts(file, word)).rejects.toThrow(
      /protected by a password, or in the format of Office before 2007/,
    );
  });

  it('of another kind is refused', async () => {
    await expect(readParts(await zipFile({ a: 'b' }), word)).rejects.toThrow(/no Word document/);
    await expect(readParts(await zipFile({ a: 'b' }), excel)).rejects.toThrow(/no Excel workbook/);
    await expect(readParts(await zipFile({ a: 'b' }), 'application/epub+zip')).rejects.toThrow(
      /no EPUB book/,
    );
  });
});
