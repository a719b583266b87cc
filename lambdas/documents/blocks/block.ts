import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { Picture } from './picture.ts';

/** Where a block stands in its document, in the words of the program that shows it. */
export interface Place {
  /** Number of the page in the file, from 1, and the label that the file gives it, such as `iv`. */
  readonly page?: number;
  readonly pageLabel?: string;
  /** Number of the slide, from 1. */
  readonly slide?: number;
  /** Name of the sheet, and the range of its cells, such as `A2:D2`. */
  readonly sheet?: string;
  readonly cells?: string;
  /** Seconds from the start of a recording that the text belongs to. */
  readonly start?: number;
  readonly end?: number;
}

interface PlacedText {
  /**
   * The text without marks and without spaces at its ends. A newline in it is a line end that the author meant, as in a poem or in
   * code: a reader joins the lines that only wrap.
   */
  readonly text: string;
  readonly place?: Place;
}

export interface Heading extends PlacedText {
  readonly kind: 'heading';
  /** From 1, the outermost. */
  readonly level: number;
}

export interface Paragraph extends PlacedText {
  /** An item of a list is close to its neighbours; the lines of code are kept. */
  readonly kind: 'paragraph' | 'item' | 'code';
  /** It continues the paragraph of the block before, which a page's end interrupts. */
  readonly continues?: true;
}

export interface Row extends PlacedText {
  readonly kind: 'row';
  /** The cells, with `, ` between them; an empty cell is kept. */
  readonly text: string;
  /** Number of its table in the document. */
  readonly table: number;
  /** It names the columns of its table. */
  readonly header?: true;
}

/** A piece of a document as people see it, in reading order. */
export type Block = Heading | Paragraph | Row;

/** Facts about a document as a whole. A reader may send several; later facts win. */
export interface About {
  readonly title?: string;
  readonly author?: string;
  /** Language tag, such as `ja` or `en-GB`. */
  readonly language?: string;
  readonly pages?: number;
}

/** A picture of text, in the place of the blocks that are in it. */
export interface PicturePart {
  readonly kind: 'picture';
  readonly picture: Picture;
  /** The same at each reading of the document, such as `3-0`. */
  readonly id: string;
  /** Of the picture at the start of a sentence, such as `Page 3`. */
  readonly name: string;
  readonly place?: Place;
}

/** What could not be read, such as a damaged page. */
export interface Warning {
  readonly kind: 'warning';
  readonly text: string;
}

/** What a reader yields: blocks, pictures of text, facts about the document, and warnings. */
export type DocumentPart = Block | PicturePart | ({ readonly kind: 'about' } & About) | Warning;

/** Whether a part is text of the document. */
export const isBlock = (part: DocumentPart): part is Block =>
  part.kind !== 'picture' && part.kind !== 'about' && part.kind !== 'warning';

export interface SourceFile {
  readonly bytes: Uint8Array;
  /** As it was registered, with its parameters: `text/html; charset=shift_jis`. */
  readonly contentType: string;
}

/**
 * Reads a document of one kind, part by part, as the parts are asked for.
 * @param budget looked at between two pieces of work
 * @throws DomainError `unsupported-media` with the fault and the remedy
 */
export type DocumentReader = (
  file: SourceFile,
  budget: WorkBudget,
) => AsyncIterable<DocumentPart> | Iterable<DocumentPart>;
