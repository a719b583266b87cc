import { attribute, type XmlAttributes, type XmlVisitor } from '../xml/walk-xml.ts';
import { TextFlow } from './text-flow.ts';

/** Placeholders that repeat on each slide. */
const repeated = new Set(['sldNum', 'dt', 'ftr', 'hdr', 'sldImg']);

/** Gathers the text of a slide or of its notes. Source: ECMA-376 part 1, §19.3 and §21.1.2. */
export class SlideText implements XmlVisitor {
  readonly flow = new TextFlow();
  readonly #only: string | undefined;
  /** Kind of the open shape's placeholder; empty for a shape that is none. */
  #holder = '';
  #texts = 0;
  #unseen = 0;

  /** @param only kind of the placeholder whose text is read; all without it */
  constructor(only?: string) {
    this.#only = only;
  }

  open(name: string, attributes: XmlAttributes): void {
    const { flow } = this;
    if (name === 'Fallback') this.#unseen += 1;
    else if (name === 'sp' || name === 'graphicFrame') this.#holder = '';
    else if (name === 'ph') this.#holder = attribute(attributes, 'type') ?? 'body';
    else if (name === 'p') {
      const isTitle = this.#holder === 'title' || this.#holder === 'ctrTitle';
      const isItem = this.#holder === 'body' || this.#holder === 'obj';
      flow.startParagraph({ ...(isTitle ? { level: 1 } : {}), isItem: isItem && this.#only === undefined });
    } else if (name === 't') this.#texts += 1;
    else if (name === 'br') this.#add('\n');
    else if (name === 'tab') this.#add(' ');
    else if (name === 'tbl') flow.startTable();
    else if (name === 'tr') flow.startRow();
    else if (name === 'tc') flow.startCell();
  }

  text(text: string): void {
    if (this.#texts > 0) this.#add(text);
  }

  close(name: string): void {
    if (name === 'Fallback') this.#unseen -= 1;
    else if (name === 't') this.#texts -= 1;
    else if (name === 'p') this.flow.endParagraph();
    else if (name === 'tc') this.flow.endCell();
    else if (name === 'tr') this.flow.endRow();
    else if (name === 'tbl') this.flow.endTable();
  }

  #add(text: string): void {
    const isRead = this.#only === undefined ? !repeated.has(this.#holder) : this.#holder === this.#only;
    if (isRead && this.#unseen === 0) this.flow.text(text);
  }
}
