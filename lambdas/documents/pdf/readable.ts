/** Characters that stand for no character: private ones, replacements, and those that Unicode has not assigned. */
const meaningless = /[\p{Co}\p{Cn}\ufffd]/gu;
/** A font that does not say what its glyphs are shows its spaces as controls. */
const controls = /\p{Cc}/gu;
/** Letters with marks in such a row are another script, read as Latin-1. */
const mistaken = /[\u0080-\u00ff]{4,}/g;
/** Part of a page's characters that may be such, and the fewest that count. */
const [mostUnreadable, fewest] = [0.3, 10];
/** Part of them that may be controls. */
const mostControls = 0.05;

/** Characters of fonts such as Symbol and Wingdings, which Windows maps to private ones (OpenType specification, "cmap"). */
const bullets = /[\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc\uf076]/g;

/** Counts the characters of a page that its fonts do not identify. */
export class Readability {
  #all = 0;
  #unreadable = 0;
  #controls = 0;

  add(text: string): void {
    const plain = text.replaceAll(bullets, '');
    this.#all += plain.length;
    for (const [found] of plain.matchAll(meaningless)) this.#unreadable += found.length;
    for (const [found] of plain.matchAll(controls)) this.#controls += found.length;
    for (const [found] of plain.matchAll(mistaken)) this.#unreadable += found.length;
  }

  /** Too much of the page is no text. */
  get isLost(): boolean {
    const lost = this.#unreadable + this.#controls;
    if (lost < fewest) return false;
    return lost > mostUnreadable * this.#all || this.#controls > mostControls * this.#all;
  }
}

/** The text without characters that mean nothing; private ones that show a bullet become one. */
export const readable = (text: string): string =>
  text.replaceAll(bullets, '•').replaceAll(controls, ' ').replaceAll(meaningless, '');
