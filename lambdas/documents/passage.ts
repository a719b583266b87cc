/** A piece of content that is found as one. */
export interface Passage {
  /** Never blank. */
  readonly text: string;
  /** Seconds; absent in documents. */
  readonly start?: number;
  readonly end?: number;
  readonly speaker?: string;
  /** First part of the language tag. */
  readonly language?: string;
}

/** Most characters of a passage: what a hit shows, at most 16 KB of a vector's 40 KB of metadata in UTF-8. */
export const passageCharsMax = 4000;

/** Passages without the blank ones, which nothing can be found by, and none longer than a hit shows. */
export function presentable(passages: readonly Passage[]): Passage[] {
  return passages
    .map((passage) => ({ ...passage, text: passage.text.trim().slice(0, passageCharsMax).toWellFormed() }))
    .filter(({ text }) => text !== '');
}
