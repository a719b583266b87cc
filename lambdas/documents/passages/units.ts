import type { Block, Paragraph, Place } from '../blocks/block.ts';
import { jointOf } from '../blocks/join-lines.ts';
import { Headings } from './headings.ts';
import { sentencesOf } from './sentences.ts';
import { weigh } from './tokens.ts';
import type { Unit } from './unit.ts';

/** The pieces of a paragraph, and where each begins in it. */
interface Piece {
  readonly start: number;
  readonly place: Place;
}

/** A paragraph that the next block may continue. */
interface OpenParagraph {
  readonly kind: Paragraph['kind'];
  readonly texts: string[];
  readonly pieces: Piece[];
  length: number;
}

const nowhere: Place = {};

/** Divides blocks into units. A sentence may begin in one block and end in the next that continues it. */
export class Units {
  readonly #limit: number;
  readonly #headings = new Headings();
  #open: OpenParagraph | undefined;
  #last: Block['kind'] | undefined;

  /** @param limit hundredths of tokens of a unit, at most */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns the units that are complete now */
  *add(block: Block): Generator<Unit> {
    const text = block.text.trim();
    if (text === '') return;
    const { place = nowhere } = block;
    if (this.#open && 'continues' in block && block.continues) {
      continueWith(this.#open, text, place);
      return;
    }
    yield* this.end();
    if (block.kind === 'heading') {
      this.#headings.add(block);
      yield* this.#unitsOf(block.kind, text, [{ start: 0, place }]);
    } else if (block.kind === 'row') {
      const { table, header } = block;
      for (const unit of this.#unitsOf(block.kind, text, [{ start: 0, place }])) {
        yield { ...unit, table, ...(header ? { header } : {}) };
      }
    } else {
      this.#open = { kind: block.kind, texts: [text], pieces: [{ start: 0, place }], length: text.length };
    }
  }

  /** @returns the units of the last paragraph */
  *end(): Generator<Unit> {
    const open = this.#open;
    this.#open = undefined;
    if (open) yield* this.#unitsOf(open.kind, open.texts.join(''), open.pieces);
  }

  *#unitsOf(kind: Block['kind'], text: string, pieces: readonly Piece[]): Generator<Unit> {
    const lead = leadBetween(this.#last, kind);
    this.#last = kind;
    let [at, piece, opens] = [0, 0, true];
    for (const sentence of sentencesOf(text, this.#limit)) {
      piece = pieceAt(pieces, piece, at);
      const from = pieces[piece]?.place ?? nowhere;
      piece = pieceAt(pieces, piece, at + sentence.trimEnd().length - 1);
      const to = pieces[piece]?.place ?? nowhere;
      at += sentence.length;
      if (sentence.trim() === '') continue;
      const space = opens ? lead : '';
      yield {
        ...{ text: sentence, lead: space, kind, opens, from, to },
        headings: this.#headings.texts,
        weight: weigh(space) + weigh(sentence),
      };
      opens = false;
    }
  }
}

function continueWith(open: OpenParagraph, text: string, place: Place): void {
  const joint = open.kind === 'code' ? '\n' : jointOf(open.texts.at(-1) ?? '', text);
  open.texts.push(joint, text);
  open.pieces.push({ start: open.length + joint.length, place });
  open.length += joint.length + text.length;
}

/** The piece of a paragraph that holds a place in it, from a known piece on. */
function pieceAt(pieces: readonly Piece[], from: number, at: number): number {
  let piece = from;
  while ((pieces[piece + 1]?.start ?? Number.POSITIVE_INFINITY) <= at) piece += 1;
  return piece;
}

/** Kinds of blocks that stay close to one of their own kind. */
const closeKinds: ReadonlySet<Block['kind']> = new Set(['heading', 'item', 'row']);

function leadBetween(before: Block['kind'] | undefined, kind: Block['kind']): Unit['lead'] {
  const isClose = before === 'heading' || (before === kind && closeKinds.has(kind));
  return isClose ? '\n' : '\n\n';
}
