/** Characters that stand for no character: private ones, replacements, controls, and those that Unicode never assigns. */
const meaningless = /[\p{Co}\p{Cc}\p{Cn}\ufffd]/gu;
/** Letters with marks in such a row are another script, read as Latin-1. */
const mistaken = /[\u0080-\u00ff]{4,}/g;
/** Part of a page's characters that may be such, and the fewest that count. */
const [mostUnreadable, fewest] = [0.3, 10];

/** Characters of fonts such as Symbol and Wingdings, which Windows maps to private ones (OpenType specification, "cmap"). */
const bullets = /[\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc\uf076]/g;

/** Counts the characters of a page that its fonts do not tell. */
export class Readability {
  #all = 0;
  #unreadable = 0;

  add(text: string): void {
    const plain = text.replaceAll(bullets, '');
    this.#all += plain.length;
    for (const [found] of plain.matchAll(meaningless)) this.#unreadable += found.length;
    for (const [found] of plain.matchAll(mistaken)) this.#unreadable += found.length;
  }

  /** Too much of the page is no text. */
  get isLost(): boolean {
    return this.#unreadable >= fewest && this.#unreadable > mostUnreadable * this.#all;
  }
}

/** The text without characters that mean nothing; private ones that show a bullet become one. */
export const readable = (text: string): string => text.replaceAll(bullets, '•').replaceAll(meaningless, '');
