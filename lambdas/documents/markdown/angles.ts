/** What stands between angle brackets in a paragraph of Markdown. Source: CommonMark 0.31.2, §6.5 and §6.6. */

const name = '[A-Za-z][A-Za-z0-9-]*';
const attribute = `\\s+[A-Za-z_:][\\w.:-]*(?:\\s*=\\s*(?:[^\\s"'=<>\`]+|'[^']*'|"[^"]*"))?`;
const tag = new RegExp(`<(?:${name}(?:${attribute})*\\s*/?|/${name}\\s*)>`, 'y');
const address = /<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+)>/y;
/** Characters of a tag, at most: a longer one stays in the text. */
const tagChars = 2000;
/** Marks of HTML that end with a sequence of characters. */
const enclosed: readonly (readonly [start: string, end: string])[] = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<![CDATA[', ']]>'],
  ['<!', '>'],
];

export class Angles {
  readonly #source: string;
  /** Sequences that the rest of the text does not contain. */
  readonly #absent = new Set<string>();

  constructor(source: string) {
    this.#source = source;
  }

  /**
   * Reads what starts with the bracket at a place; each place must be after the one before.
   * @returns its text, if it has any, and its end
   */
  at(start: number): { readonly text?: string; readonly end: number } {
    address.lastIndex = start;
    const [link] = address.exec(this.#source) ?? [];
    if (link !== undefined) return { text: link.slice(1, -1), end: start + link.length };
    tag.lastIndex = 0;
    const [found] = tag.exec(this.#source.slice(start, start + tagChars)) ?? [];
    const end = found === undefined ? this.#enclosedEnd(start) : start + found.length;
    return end === undefined ? { text: '<', end: start + 1 } : { end };
  }

  #enclosedEnd(start: number): number | undefined {
    const [opening, closing] = enclosed.find(([mark]) => this.#source.startsWith(mark, start)) ?? [];
    if (opening === undefined || closing === undefined || this.#absent.has(closing)) return undefined;
    const at = this.#source.indexOf(closing, start + opening.length);
    if (at >= 0) return at + closing.length;
    this.#absent.add(closing);
    return undefined;
  }
}
