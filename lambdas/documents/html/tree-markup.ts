import type { WorkBudget } from '../../runtime/work-budget.ts';
import { flowingText } from '../blocks/join-lines.ts';
import { type Attributes, type Visitor, walk } from './walk.ts';

/** Elements of which no text is shown, and that say nothing about their page's text. */
const dropped = new Set(['link', 'meta', 'noscript', 'script', 'style', 'svg', 'template']);
/** Elements whose text is not shown, and whose presence tells what their surroundings are. */
const emptied = new Set(['audio', 'canvas', 'embed', 'iframe', 'object', 'video']);
/** Elements of a page that are written once, whatever the page has. */
const frame = new Set(['body', 'head', 'html']);
/** Attributes by which Readability judges an element, and those that its text needs. */
const kept = [
  ...[
    'alt',
    'aria-hidden',
    'aria-modal',
    'class',
    'datatable',
    'hidden',
    'href',
    'id',
    'itemprop',
    'itemtype',
  ],
  ...['lang', 'rel', 'role', 'src', 'style', 'summary'],
];
/** Characters of an attribute that are kept. */
const attributeChars = 400;

/** The size of the tree that a page makes. */
export interface TreeLimits {
  readonly elements: number;
  /** Elements that are open at once. */
  readonly depth: number;
}

/**
 * A page in the markup that Mozilla's `JSDOMParser` takes, which expects each element to end: without scripts, styles and most attributes.
 * @param budget looked at before each window of the source
 * @returns undefined for a page that makes a larger tree
 */
export function treeMarkup(source: string, limits: TreeLimits, budget: WorkBudget): string | undefined {
  const writer = new TreeWriter();
  for (const _ of walk(source, writer, budget)) {
    if (writer.elements > limits.elements || writer.deepest > limits.depth) return undefined;
  }
  return writer.markup();
}

class TreeWriter implements Visitor {
  elements = 0;
  deepest = 0;
  readonly #pieces: string[] = [];
  #title: string | undefined;
  #titles = 0;
  #depth = 0;
  /** Open elements whose text is not shown. */
  #hidden = 0;

  open(name: string, attributes: Attributes): void {
    this.elements += 1;
    this.#depth += 1;
    this.deepest = Math.max(this.deepest, this.#depth);
    if (this.#isWritten(name)) this.#pieces.push(`<${tagOf(name)}${written(attributes)}>`);
    if (name === 'title') this.#titles += 1;
    if (dropped.has(name) || emptied.has(name)) this.#hidden += 1;
  }

  text(text: string): void {
    if (this.#hidden > 0) return;
    if (this.#titles > 0) this.#title = (this.#title ?? '') + text;
    else this.#pieces.push(escaped(text));
  }

  close(name: string): void {
    this.#depth -= 1;
    if (dropped.has(name) || emptied.has(name)) this.#hidden -= 1;
    if (name === 'title') this.#titles -= 1;
    if (this.#isWritten(name)) this.#pieces.push(`</${tagOf(name)}>`);
  }

  markup(): string {
    const title = escaped(flowingText(this.#title ?? ''));
    return `<html><head><title>${title}</title></head><body>${this.#pieces.join('')}</body></html>`;
  }

  /** The same at the start of an element and at its end. */
  #isWritten(name: string): boolean {
    return this.#hidden === 0 && name !== 'title' && !dropped.has(name) && !frame.has(name);
  }
}

/** A name that can be written; other names mean nothing. */
const tagOf = (name: string) => (/^[a-z][a-z\d-]*$/.test(name) ? name : 'span');

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? '');

function written(attributes: Attributes): string {
  let text = '';
  for (const name of kept) {
    const value = attributes[name];
    if (value !== undefined) text += ` ${name}="${escaped(value.slice(0, attributeChars))}"`;
  }
  return text;
}
