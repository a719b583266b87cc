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

/**
 * Characters of fonts such as Symbol and Wingdings, which Windows maps to private ones (OpenType specification, "cmap"), and of
 * LibreOffice's OpenSymbol.
 */
const bullets = /[\uf076\uf095\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc]/g;

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

/** The letters f, h, i, j, l, s and t, of which ligatures consist, with their bytes swapped. */
const swapped = '\u6600\u6800\u6900\u6a00\u6c00\u7300\u7400';
const swappedLetters = new RegExp(`[${swapped}]`, 'g');
const otherIdeographs = new RegExp(`(?![${swapped}])\\p{Script=Han}`, 'u');

/**
 * The text with the ligatures that Ghostscript 10.0 wrote: it swaps the bytes of the letters that they stand for, so that `ff` becomes
 * 昀昀, also in `pdftotext`. Seen in 10.00.0, as in Debian 12.
 */
function withLigatures(text: string): string {
  if (!/\p{Script=Latin}/u.test(text) || otherIdeographs.test(text)) return text;
  return text.replaceAll(swappedLetters, (letter) => String.fromCharCode(letter.charCodeAt(0) >> 8));
}

/** The text without characters that mean nothing; private ones that show a bullet become one. */
export const readable = (text: string): string =>
  withLigatures(text.replaceAll(bullets, '•').replaceAll(controls, ' ').replaceAll(meaningless, ''));
