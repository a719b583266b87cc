import { zipFile } from './zip-file.ts';

/** Small office documents, made of the XML that their programs write. */

const relationships = (entries: readonly (readonly [id: string, type: string, target: string])[]) =>
  `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${entries
    .map(([id, type, target]) => `<Relationship Id="${id}" Type="http://x/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`;

const core =
  '<cp:coreProperties xmlns:cp="a" xmlns:dc="b"><dc:title>The light</dc:title><dc:creator>Ada</dc:creator><dc:language>en-GB</dc:language></cp:coreProperties>';

export const docxParts = (body: string): Record<string, string> => ({
  '[Content_Types].xml': '<Types/>',
  '_rels/.rels': relationships([['r1', 'officeDocument', 'word/document.xml']]),
  'docProps/core.xml': core,
  'docProps/app.xml': '<Properties><Pages>3</Pages></Properties>',
  'word/_rels/document.xml.rels': relationships([
    ['r1', 'styles', 'styles.xml'],
    ['r2', 'footnotes', 'footnotes.xml'],
  ]),
  'word/styles.xml':
    '<w:styles><w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="H1"/></w:style><w:style w:styleId="T1"><w:name w:val="toc 1"/></w:style></w:styles>',
  'word/footnotes.xml':
    '<w:footnotes><w:footnote w:id="2"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote></w:footnotes>',
  'word/document.xml': `<w:document><w:body>${body}</w:body></w:document>`,
});
export const docx = (body: string): Promise<Buffer> => zipFile(docxParts(body));

export const pptx = (slides: readonly string[], notes: string): Promise<Buffer> =>
  zipFile({
    '_rels/.rels': relationships([['r1', 'officeDocument', 'ppt/presentation.xml']]),
    'docProps/core.xml': core,
    'ppt/presentation.xml': `<p:presentation><p:sldIdLst>${slides.map((_, at) => `<p:sldId id="${at + 256}" r:id="s${slides.length - at}"/>`).join('')}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relationships(
      slides.map((_, at) => [`s${slides.length - at}`, 'slide', `slides/slide${at + 1}.xml`] as const),
    ),
    ...Object.fromEntries(
      slides.map((slide, at) => [`ppt/slides/slide${at + 1}.xml`, `<p:sld>${slide}</p:sld>`]),
    ),
    'ppt/slides/_rels/slide1.xml.rels': relationships([['r1', 'notesSlide', '../notesSlides/n1.xml']]),
    'ppt/notesSlides/n1.xml': `<p:notes>${notes}</p:notes>`,
  });

interface SheetText {
  readonly name: string;
  readonly rows: string;
  readonly state?: string;
}

export const xlsx = (
  sheets: readonly SheetText[],
  { strings = '', styles = '', workbook = '' }: Readonly<Record<string, string>> = {},
): Promise<Buffer> =>
  zipFile({
    '_rels/.rels': relationships([['r1', 'officeDocument', '/xl/workbook.xml']]),
    'xl/workbook.xml': `<workbook>${workbook}<sheets>${sheets.map(({ name, state = 'visible' }, at) => `<sheet name="${name}" sheetId="${at + 1}" state="${state}" r:id="s${at}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationships(
      sheets.map((_, at) => [`s${at}`, 'worksheet', `worksheets/sheet${at}.xml`] as const),
    ),
    'xl/sharedStrings.xml': `<sst>${strings}</sst>`,
    'xl/styles.xml': `<styleSheet>${styles}</styleSheet>`,
    ...Object.fromEntries(
      sheets.map(({ rows }, at) => [
        `xl/worksheets/sheet${at}.xml`,
        `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
      ]),
    ),
  });

export const odf = (
  kind: 'text' | 'presentation' | 'spreadsheet',
  body: string,
  manifest = '',
): Promise<Buffer> =>
  zipFile({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    'META-INF/manifest.xml': `<manifest:manifest>${manifest}</manifest:manifest>`,
    'meta.xml':
      '<office:document-meta><office:meta><dc:title>The light</dc:title><meta:initial-creator>Ada</meta:initial-creator></office:meta></office:document-meta>',
    'content.xml': `<office:document-content><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
  });

export const epub = (
  chapters: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): Promise<Buffer> =>
  zipFile({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
    'OPS/book.opf': `<package><metadata><dc:title>The light</dc:title><dc:creator>Ada</dc:creator><dc:language>en</dc:language></metadata><manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>${chapters.map((_, at) => `<item id="c${at}" href="text/c%20${at}.xhtml" media-type="application/xhtml+xml"/>`).join('')}</manifest><spine><itemref idref="nav"/>${chapters.map((_, at) => `<itemref idref="c${chapters.length - 1 - at}"/>`).join('')}</spine></package>`,
    ...Object.fromEntries(chapters.map((chapter, at) => [`OPS/text/c ${at}.xhtml`, chapter])),
    ...extra,
  });
