import type { Token } from 'marked';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import { type Block, isBlock, type Paragraph } from '../blocks/block.ts';
import { flowingText } from '../blocks/join-lines.ts';
import { readHtml } from '../html/read-html.ts';
import { inlineText } from './inline-text.ts';
import { decodeReferences } from './references.ts';

/** Kinds of tokens without text. */
const ignored = new Set(['hr', 'space', 'def', 'checkbox']);

interface Cell {
  readonly text: string;
}

/** A tag without attributes, of which a block of HTML often consists, and the characters of a block in which it is looked for. */
const [bareTag, shortChars] = [/<\/?[A-Za-z][A-Za-z0-9]*>/g, 200];

type IsDefined = (label: string) => boolean;

/** Turns the tokens of the lexer into blocks. */
export class BlockReader {
  readonly #budget: WorkBudget;
  #tables = 0;
  #isDefined: IsDefined = () => false;

  constructor(budget: WorkBudget) {
    this.#budget = budget;
  }

  /** @param isDefined whether the document has a definition of a link's label */
  *read(token: Token, isDefined: IsDefined): Generator<Block> {
    this.#isDefined = isDefined;
    yield* this.#blocksOf(token, 'paragraph');
  }

  /** @param kind of the paragraphs inside */
  *#blocksOf(token: Token, kind: Paragraph['kind']): Generator<Block> {
    if (ignored.has(token.type)) return;
    if (token.type === 'heading') {
      const { depth, text } = token as Token & { readonly depth: number; readonly text: string };
      yield { kind: 'heading', level: depth, text: this.#textOf(text).replaceAll('\n', ' ') };
    } else if (token.type === 'list') {
      for (const item of itemsOf(token)) yield* this.#blocksOf(item, 'item');
    } else if (token.type === 'table') yield* this.#rowsOf(token);
    else if (token.type === 'html') yield* this.#htmlOf(token);
    else if ('tokens' in token && token.tokens?.length) {
      for (const inner of token.tokens) yield* this.#blocksOf(inner, kind);
    } else if ('text' in token && typeof token.text === 'string') {
      if (token.type === 'code') yield { kind: 'code', text: token.text };
      else yield { kind, text: this.#textOf(token.text) };
    }
  }

  *#rowsOf(token: Token): Generator<Block> {
    const { header = [], rows = [] } = token as { header?: readonly Cell[]; rows?: readonly Cell[][] };
    this.#tables += 1;
    const rowOf = (cells: readonly Cell[]) => ({
      ...({ kind: 'row', table: this.#tables } as const),
      text: cells.map(({ text }) => this.#textOf(text).replaceAll('\n', ' ')).join(', '),
    });
    yield { ...rowOf(header), header: true };
    for (const cells of rows) yield rowOf(cells);
  }

  /** A block of HTML may open an element that a later block closes, so each block is read for itself. */
  *#htmlOf({ raw }: Token): Generator<Block> {
    if (raw.length < shortChars && raw.replaceAll(bareTag, '').trim() === '') return;
    const first = this.#tables + 1;
    for (const part of readHtml(raw, this.#budget)) {
      if (!isBlock(part)) continue;
      if (part.kind !== 'row') yield part;
      else {
        this.#tables = Math.max(this.#tables, first + part.table);
        yield { ...part, table: first + part.table };
      }
    }
  }

  #textOf(source: string): string {
    return decodeReferences(flowingText(inlineText(source, this.#isDefined)));
  }
}

const itemsOf = (token: Token): Token[] => ('items' in token ? (token.items as Token[]) : []);
