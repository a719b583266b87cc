import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { Block } from '../blocks/block.ts';
import { flowingText } from '../blocks/join-lines.ts';
import { type XmlAttributes, type XmlVisitor, XmlWalker } from './walk-xml.ts';

/** Characters that are parsed at once. */
const windowChars = 64 * 1024;

/** Words of a text from which on it is prose, which needs no name. */
const proseWords = 6;

/** Attributes that people read. */
const wordAttributes = [
  'title',
  'name',
  'label',
  'alt',
  'caption',
  'summary',
  'description',
  'text',
  'value',
];

/** Elements without text for people. */
const unread = new Set(['script', 'style']);

/**
 * The texts of a document of XML. A short one has the name of its element before it, as in `price: 12`, and a title is a heading.
 * @param budget looked at before each window of the source
 */
export function* readXml(source: string, budget: WorkBudget): Generator<Block> {
  const reader = new XmlReader();
  const walker = new XmlWalker(reader);
  for (let at = 0; at < source.length; at += windowChars) {
    budget();
    walker.write(source.slice(at, at + windowChars));
    yield* reader.take();
  }
  walker.end();
  reader.flush();
  yield* reader.take();
}

class XmlReader implements XmlVisitor {
  #done: Block[] = [];
  #pieces: string[] = [];
  /** Name and depth of the element that the pieces are in. */
  #name = '';
  #at = 0;
  #depth = 0;
  #unread = 0;
  /** A closed element may be a word of the text around it. */
  #isClosed = false;

  take(): Block[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  open(name: string, attributes: XmlAttributes): void {
    const isWithin = !this.#isClosed && this.#pieces.length > 0;
    if (!isWithin) this.flush();
    this.#depth += 1;
    if (unread.has(name)) this.#unread += 1;
    if (!isWithin) {
      this.#name = name;
      this.#at = this.#depth;
    }
    for (const key of wordAttributes) {
      const text = flowingText(attributes[key] ?? '');
      if (text !== '' && !isWithin) this.#done.push({ kind: 'item', text: `${name} ${key}: ${text}` });
    }
  }

  text(text: string): void {
    if (this.#unread > 0) return;
    if (this.#pieces.length === 0 && text.trim() === '') return;
    if (this.#isClosed && text.trim() !== '') {
      // The element was a word of this text.
      this.#isClosed = false;
      this.#name = '';
      this.#at = this.#depth;
    }
    this.#pieces.push(text);
  }

  close(name: string): void {
    if (unread.has(name)) this.#unread -= 1;
    this.#depth -= 1;
    if (this.#isClosed) this.flush();
    else if (this.#pieces.length === 0) this.#name = '';
    else if (this.#depth < this.#at) this.#isClosed = this.#pieces.length > 0;
  }

  flush(): void {
    const text = flowingText(this.#pieces.join(''));
    this.#pieces = [];
    this.#isClosed = false;
    if (text === '') return;
    const isProse =
      this.#name === '' || text.split(/\s/, proseWords + 1).length > proseWords || !/\w/.test(text);
    if (/^(?:title|head|heading)$/i.test(this.#name) && text.length < 200)
      this.#done.push({ kind: 'heading', level: Math.min(6, Math.max(1, this.#at - 1)), text });
    else if (isProse) this.#done.push({ kind: 'paragraph', text });
    else this.#done.push({ kind: 'item', text: `${this.#name}: ${text}` });
  }
}
