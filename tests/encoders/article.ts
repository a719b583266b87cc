/** One article in the formats that encoders start from. Each claim of it is looked for in what encoders make of it. */

export const title = 'The lighthouse of Zennor';
export const section = 'Boats and crews';
/** Paragraphs, in order. They have ligatures, accents and Greek, and are longer than a line. */
export const paragraphs = [
  'The keeper Ada Penrose lit the office lamp in 1891, and the efficient fire did not go out until the first flood of the autumn reached the stair.',
  'A café of naïve sailors called it Ωmega, because no other light stands between it and the open sea, and the coffee was affordable.',
];
export const items = ['Oil for the lamp', 'Rope for the boat'];
export const rows = [
  ['Boat', 'Crew'],
  ['Skerry', '41'],
  ['Muckle', '73'],
];
export const note = 'The flood is in the parish book.';

const namespaces = [
  ...['office', 'text', 'table', 'style', 'drawing:draw', 'presentation'].map((name) => {
    const [full = '', short = full] = name.split(':');
    return `xmlns:${short}="urn:oasis:names:tc:opendocument:xmlns:${full}:1.0"`;
  }),
  'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"',
  'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"',
  'xmlns:dc="http://purl.org/dc/elements/1.1/"',
].join(' ');

/** The names that LibreOffice gives to its own styles, whose looks it then takes. */
const styles = `<office:styles><style:style style:name="Standard" style:family="paragraph"/>${[1, 2]
  .map(
    (level) =>
      `<style:style style:name="Heading_20_${level}" style:display-name="Heading ${level}" style:family="paragraph" style:parent-style-name="Standard" style:default-outline-level="${level}"><style:paragraph-properties fo:margin-top="0.5cm" fo:margin-bottom="0.3cm"/><style:text-properties fo:font-size="${20 - 3 * level}pt" fo:font-weight="bold"/></style:style>`,
  )
  .join(
    '',
  )}<style:style style:name="Text_20_body" style:display-name="Text body" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-bottom="0.3cm"/></style:style><text:list-style style:name="Bullets"><text:list-level-style-bullet text:level="1" text:bullet-char="•"><style:list-level-properties text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment text:label-followed-by="listtab" fo:text-indent="-0.6cm" fo:margin-left="1.2cm"/></style:list-level-properties></text:list-level-style-bullet></text:list-style></office:styles>`;

const flat = (type: string, body: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><office:document ${namespaces} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.${type}"><office:meta><dc:title>${title}</dc:title></office:meta>${styles}<office:body><office:${type}>${body}</office:${type}></office:body></office:document>`;

const tableOf = (name: string, cell: (text: string) => string) =>
  `<table:table table:name="${name}"><table:table-column table:number-columns-repeated="2"/>${rows
    .map((row) => `<table:table-row>${row.map(cell).join('')}</table:table-row>`)
    .join('')}</table:table>`;

const paragraph = (text: string) => `<text:p text:style-name="Text_20_body">${text}</text:p>`;
const textCell = (text: string) =>
  `<table:table-cell office:value-type="string">${paragraph(text)}</table:table-cell>`;

/** Flat OpenDocument text: LibreOffice's own format in one XML file. */
export const flatText = flat(
  'text',
  [
    `<text:h text:style-name="Heading_20_1" text:outline-level="1">${title}</text:h>`,
    `<text:p text:style-name="Text_20_body">${paragraphs[0]}<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>${paragraph(note)}</text:note-body></text:note></text:p>`,
    paragraph(paragraphs[1] ?? ''),
    `<text:list text:style-name="Bullets">${items.map((item) => `<text:list-item>${paragraph(item)}</text:list-item>`).join('')}</text:list>`,
    `<text:h text:style-name="Heading_20_2" text:outline-level="2">${section}</text:h>`,
    tableOf('Boats', textCell),
  ].join(''),
);

const frame = (y: number, text: string) =>
  `<draw:frame svg:x="2cm" svg:y="${y}cm" svg:width="20cm" svg:height="3cm"><draw:text-box>${paragraph(text)}</draw:text-box></draw:frame>`;
const slide = (...texts: string[]) =>
  `<draw:page draw:name="${texts[0]}">${texts.map((text, at) => frame(1 + 4 * at, text)).join('')}</draw:page>`;

/** Two slides. */
export const flatSlides = flat(
  'presentation',
  slide(title, paragraphs[0] ?? '') + slide(section, paragraphs[1] ?? ''),
);

const valueCell = (text: string) =>
  /^\d+$/.test(text)
    ? `<table:table-cell office:value-type="float" office:value="${text}">${paragraph(text)}</table:table-cell>`
    : textCell(text);

/** A sheet named Boats. */
export const flatSheet = flat('spreadsheet', tableOf('Boats', valueCell));

export const markdown = `# ${title}

${paragraphs[0]}[^1]

${paragraphs[1]}

${items.map((item) => `- ${item}`).join('\n')}

## ${section}

${rows.map((row, at) => `| ${row.join(' | ')} |${at === 0 ? '\n| --- | --- |' : ''}`).join('\n')}

[^1]: ${note}
`;
