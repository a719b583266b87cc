import { attribute, type XmlAttributes, type XmlVisitor } from '../xml/walk-xml.ts';
import type { StyleMeaning } from './docx-styles.ts';
import { TextFlow } from './text-flow.ts';

/** Elements whose text people do not see: what was deleted or moved away, other renderings of the same, readings above ideographs. */
const unseen = new Set(['del', 'moveFrom', 'Fallback', 'rt', 'instrText']);

const signs: Readonly<Record<string, string>> = {
  tab: ' ',
  br: '\n',
  cr: '\n',
  noBreakHyphen: '-',
  ptab: ' ',
};

/** Gathers the paragraphs and tables of a part. Source: ECMA-376 part 1, §17.3 and §17.4. */
export class DocxBody implements XmlVisitor {
  readonly flow = new TextFlow();
  readonly #meaningOf: (style: string) => StyleMeaning;
  readonly #notes: ReadonlyMap<string, string>;
  #unseen = 0;
  #texts = 0;
  #isHidden = false;
  #isInTabs = false;

  /** @param notes texts of footnotes and endnotes by their kind and id, such as `footnote 2` */
  constructor(meaningOf: (style: string) => StyleMeaning, notes: ReadonlyMap<string, string>) {
    this.#meaningOf = meaningOf;
    this.#notes = notes;
  }

  open(name: string, attributes: XmlAttributes): void {
    if (unseen.has(name)) this.#unseen += 1;
    const { flow } = this;
    const { paragraph } = flow;
    const value = attribute(attributes, 'val');
    if (name === 'p') flow.startParagraph();
    else if (name === 'r') this.#isHidden = false;
    else if (name === 'vanish') this.#isHidden = value !== '0' && value !== 'false';
    else if (name === 't') this.#texts += 1;
    else if (name === 'tabs') this.#isInTabs = true;
    else if (name === 'tbl') flow.startTable();
    else if (name === 'tr') flow.startRow();
    else if (name === 'tblHeader' && value !== '0' && value !== 'false') flow.markHeader();
    else if (name === 'tc') flow.startCell();
    else if (paragraph && name === 'pStyle') this.#style(paragraph, value ?? '');
    else if (paragraph && name === 'outlineLvl')
      paragraph.level = Number(value) < 9 ? Number(value) + 1 : undefined;
    else if (paragraph && name === 'numId') paragraph.isItem = value !== '0';
    else if (paragraph && (name === 'footnoteReference' || name === 'endnoteReference')) {
      const note = this.#notes.get(`${name.replace('Reference', '')} ${attribute(attributes, 'id')}`);
      if (note) paragraph.notes.push(note);
    } else if (Object.hasOwn(signs, name) && !this.#isInTabs) this.#add(signs[name] ?? '');
  }

  text(text: string): void {
    if (this.#texts > 0) this.#add(text);
  }

  close(name: string): void {
    if (unseen.has(name)) this.#unseen -= 1;
    if (name === 't') this.#texts -= 1;
    else if (name === 'tabs') this.#isInTabs = false;
    else if (name === 'p') this.flow.endParagraph();
    else if (name === 'tc') this.flow.endCell();
    else if (name === 'tr') this.flow.endRow();
    else if (name === 'tbl') this.flow.endTable();
  }

  #style(paragraph: { level?: number | undefined; isLeftOut?: boolean }, id: string): void {
    const meaning = this.#meaningOf(id);
    if (meaning === 'contents') paragraph.isLeftOut = true;
    else if (meaning) paragraph.level = meaning.level;
  }

  #add(text: string): void {
    if (this.#unseen === 0 && !this.#isHidden) this.flow.text(text);
  }
}
