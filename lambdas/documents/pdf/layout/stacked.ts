import type { Run } from './run.ts';

/** A single ideograph, kana or mark, which may be drawn below the one before although its font is for lines across the page. */
const single =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\u30fb\u30fc\ufe10-\ufe1f\ufe30-\ufe4f\uff01-\uff5e()、。]$/u;
/** Distances from one to the next that are a column of letters, as parts of the size. */
const [least, most, aside] = [0.7, 1.6, 0.2];
/** Part of a page's runs that stand so before the page counts as written in columns. */
const share = 0.3;
/** Where the letter's box begins above the baseline, as part of its size. */
const top = 0.88;

/** Runs that are drawn letter by letter down the page, turned as a vertical font would have them, and the others. */
export function stackedOf(runs: readonly Run[]): { readonly stacked: Run[]; readonly others: Run[] } {
  const letters = runs.filter(({ text }) => single.test(text));
  const below = letters.filter((run, at) => isBelow(letters[at - 1], run));
  if (below.length === 0 || below.length < share * runs.length) return { stacked: [], others: [...runs] };
  return {
    stacked: letters.map((run) => turned(run)),
    others: runs.filter(({ text }) => !single.test(text)),
  };
}

function isBelow(before: Run | undefined, { x, y, size }: Run): boolean {
  if (!before || Math.abs(before.x - x) > aside * size) return false;
  const distance = before.y - y;
  return distance >= least * size && distance <= most * size;
}

/** In the coordinates of lines that go down the page: x downwards, y to the right. */
const turned = ({ x, y, size, ...rest }: Run): Run => ({
  ...{ ...rest, size },
  ...{ x: -(y + top * size), end: -(y + top * size) + size, y: x + size / 2 },
});
