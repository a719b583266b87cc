import type { Block } from '../blocks/block.ts';
import { attribute, type XmlAttributes, type XmlVisitor } from '../xml/walk-xml.ts';
import { TextFlow } from './text-flow.ts';

/** Elements whose text people do not see in its place. */
const unseen = new Set([
  ...[
    'annotation',
    'tracked-changes',
    'table-of-content',
    'note-citation',
    'ruby-text',
    'forms',
    'event-listeners',
  ],
  ...[
    'desc',
    'title',
    'date-time',
    'page-number',
    'automatic-styles',
    'font-face-decls',
    'scripts',
    'hidden-text',
  ],
]);

/** Spaces that one element may stand for. */
const maxSpaces = 100;

/** Gathers the text of a document or a presentation in OpenDocument. Source: OpenDocument 1.3 part 3, §5, §6, §9 and §10. */
export class OdfText implements XmlVisitor {
  readonly #flow = new TextFlow();
  #unseen = 0;
  #items = 0;
  #notes = 0;
  #slides = 0;
  /** The document shows slides. */
  #isShow = false;
  #headerRows = 0;

  take(): Block[] {
    return this.#flow.take();
  }

  open(name: string, attributes: XmlAttributes): void {
    if (unseen.has(name)) this.#unseen += 1;
    const flow = this.#flow;
    if (name === 'p') flow.startParagraph({ isItem: this.#items > 0, isNote: this.#notes > 0 });
    else if (name === 'note') this.#notes += 1;
    else if (name === 'h') {
      const level = Number(attribute(attributes, 'outline-level') ?? 1);
      flow.startParagraph({ level: level >= 1 && level <= 10 ? level : 1 });
    } else if (name === 'list-item' || name === 'list-header') this.#items += 1;
    else if (name === 's') this.#add(' '.repeat(spacesOf(attributes)));
    else if (name === 'tab') this.#add(' ');
    else if (name === 'line-break') this.#add('\n');
    else if (name === 'table') flow.startTable();
    else if (name === 'table-header-rows') this.#headerRows += 1;
    else if (name === 'table-row') {
      flow.startRow();
      if (this.#headerRows > 0) flow.markHeader();
    } else if (name === 'table-cell' || name === 'covered-table-cell') flow.startCell();
    else if (name === 'presentation') this.#isShow = true;
    else if (name === 'page' && this.#isShow) {
      this.#slides += 1;
      flow.place = { slide: this.#slides };
    }
  }

  text(text: string): void {
    this.#add(text.replaceAll(/\s+/g, ' '));
  }

  close(name: string): void {
    const flow = this.#flow;
    if (unseen.has(name)) this.#unseen -= 1;
    if (name === 'p' || name === 'h') flow.endParagraph();
    else if (name === 'note') this.#notes -= 1;
    else if (name === 'list-item' || name === 'list-header') this.#items -= 1;
    else if (name === 'table') flow.endTable();
    else if (name === 'table-header-rows') this.#headerRows -= 1;
    else if (name === 'table-row') flow.endRow();
    else if (name === 'table-cell' || name === 'covered-table-cell') flow.endCell();
  }

  #add(text: string): void {
    if (this.#unseen === 0) this.#flow.text(text);
  }
}

export const spacesOf = (attributes: XmlAttributes): number =>
  Math.max(0, Math.min(maxSpaces, Number(attribute(attributes, 'c') ?? 1) || 0));
