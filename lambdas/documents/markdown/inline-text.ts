import { lineEnd } from '../blocks/join-lines.ts';
import { Angles } from './angles.ts';
import { type DelimiterRun, delimiterRun, pairDelimiters } from './emphasis.ts';
import { destinationEnd, labelAt } from './link-end.ts';

/** A bracket that may open a link or an image. */
interface Bracket {
  /** Its number among the pieces. */
  readonly piece: number;
  /** Place after it in the text. */
  readonly start: number;
  readonly image: boolean;
  /** Number of the first run of delimiters inside it. */
  readonly run: number;
  holdsBracket: boolean;
}

const plain = /[^\\`*_~[\]!<\n]+/y;
const run = /\*+|_+|~+/y;
const escaped = /[!-/:-@[-`{-~]/;

/**
 * The text of a paragraph of Markdown, without its marks; its lines wrap where they did. Each character is looked at a bounded number of times, whatever the
 * marks: the time is linear in the length.
 * @param isDefined whether the document has a definition of a link's label
 */
export function inlineText(source: string, isDefined: (label: string) => boolean): string {
  return new InlineText(source, isDefined).read();
}

class InlineText {
  readonly #source: string;
  readonly #isDefined: (label: string) => boolean;
  readonly #pieces: string[] = [];
  readonly #brackets: Bracket[] = [];
  /** Open brackets below this number cannot become links, because they hold one. */
  #holdLinks = 0;
  /** Runs of delimiters that are not paired yet, with the numbers of their pieces. */
  #runs: (DelimiterRun & { readonly piece: number })[] = [];
  /** Places of the runs of backticks, by their length, in order. */
  readonly #backticks = new Map<number, number[]>();
  readonly #angles: Angles;
  #at = 0;

  constructor(source: string, isDefined: (label: string) => boolean) {
    this.#source = source;
    this.#isDefined = isDefined;
    this.#angles = new Angles(source);
  }

  read(): string {
    for (const { 0: found, index } of this.#source.matchAll(/`+/g)) {
      const places = this.#backticks.get(found.length);
      if (places) places.push(index);
      else this.#backticks.set(found.length, [index]);
    }
    for (const places of this.#backticks.values()) places.reverse();
    while (this.#at < this.#source.length) this.#step();
    this.#pair(0);
    return this.#pieces.join('');
  }

  #step(): void {
    const text = this.#match(plain);
    if (text === undefined) this.#mark();
    else this.#add(text);
  }

  #mark(): void {
    const char = this.#source.charAt(this.#at);
    if (char === '\\') this.#escape();
    else if (char === '\n') this.#lineEnd();
    else if (char === '`') this.#code();
    else if (char === '<') this.#angle();
    else if (char === '[') this.#open(1);
    else if (char === ']') this.#close();
    else if (char !== '!') this.#delimiters();
    else if (this.#source.charAt(this.#at + 1) === '[') this.#open(2);
    else this.#take(1);
  }

  #add(piece: string): void {
    this.#pieces.push(piece);
  }

  /** Takes characters as they are. */
  #take(count: number): void {
    this.#add(this.#source.slice(this.#at, this.#at + count));
    this.#at += count;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#source) ?? [];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #escape(): void {
    this.#at += 1;
    const next = this.#source.charAt(this.#at);
    if (next === '\n') this.#lineEnd(true);
    else if (escaped.test(next)) this.#take(1);
    else this.#add('\\');
  }

  /** A line that ends with two spaces or a backslash ends in the text too; others only wrap. */
  #lineEnd(hard = false): void {
    const last = this.#pieces.at(-1) ?? '';
    if (last.endsWith(' ')) this.#pieces[this.#pieces.length - 1] = last.trimEnd();
    this.#add(hard || last.endsWith('  ') ? lineEnd : '\n');
    this.#at += 1;
  }

  #code(): void {
    let length = 1;
    while (this.#source.charAt(this.#at + length) === '`') length += 1;
    const places = this.#backticks.get(length) ?? [];
    const start = this.#at + length;
    while ((places.at(-1) ?? start) < start) places.pop();
    const end = places.at(-1);
    if (end === undefined) {
      this.#take(length);
      return;
    }
    const code = this.#source.slice(start, end).replaceAll('\n', ' ');
    const padded = code.startsWith(' ') && code.endsWith(' ') && code.trim() !== '';
    this.#add(padded ? code.slice(1, -1) : code);
    this.#at = end + length;
  }

  /** An address keeps its text; tags, comments and instructions have none. */
  #angle(): void {
    const { text, end } = this.#angles.at(this.#at);
    if (text !== undefined) this.#add(text);
    this.#at = end;
  }

  #open(length: number): void {
    const outer = this.#brackets.at(-1);
    if (outer) outer.holdsBracket = true;
    this.#take(length);
    this.#brackets.push({
      piece: this.#pieces.length - 1,
      start: this.#at,
      image: length === 2,
      run: this.#runs.length,
      holdsBracket: false,
    });
  }

  #close(): void {
    const bracket = this.#brackets.pop();
    const depth = this.#brackets.length;
    const mayBeLink = bracket && (bracket.image || depth >= this.#holdLinks);
    this.#holdLinks = Math.min(this.#holdLinks, depth);
    const end = mayBeLink ? this.#linkEnd(bracket) : undefined;
    if (!bracket || end === undefined) {
      this.#take(1);
      return;
    }
    this.#pieces[bracket.piece] = '';
    this.#pair(bracket.run);
    if (!bracket.image) this.#holdLinks = depth;
    this.#at = end;
  }

  /** The end of the link whose closing bracket is here. */
  #linkEnd({ start, holdsBracket }: Bracket): number | undefined {
    const next = this.#at + 1;
    const inline = this.#source.charAt(next) === '(' ? destinationEnd(this.#source, next) : undefined;
    if (inline !== undefined) return inline;
    const own = holdsBracket ? '' : this.#source.slice(start, this.#at);
    const reference = this.#source.charAt(next) === '[' ? labelAt(this.#source, next) : undefined;
    if (!reference) return own !== '' && this.#isDefined(own) ? next : undefined;
    return this.#isDefined(reference.label || own) ? reference.end : undefined;
  }

  #delimiters(): void {
    const start = this.#at;
    const marks = this.#match(run) ?? '';
    this.#add(marks);
    const piece = this.#pieces.length - 1;
    this.#runs.push({ ...delimiterRun(this.#source, start, marks.length), piece });
  }

  /** Pairs the runs from a number on, and keeps of each what is text. */
  #pair(from: number): void {
    const runs = this.#runs.splice(from);
    pairDelimiters(runs);
    for (const { piece, char, left } of runs) this.#pieces[piece] = char.repeat(left);
  }
}
