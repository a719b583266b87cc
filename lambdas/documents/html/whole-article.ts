import type { Block } from '../blocks/block.ts';

/** Blocks of an article, at its start, that are looked for in its page. */
const startBlocks = 8;
/** Characters from which on a block is known again, and from which on one before the article belongs to it: a byline is shorter. */
const [knownChars, leadChars] = [40, 70];
/** Blocks between the title of an article and its text, at most. */
const maxBetween = 60;

/**
 * Adds to an article what Readability leaves out of it, and the page has: its title and the lead below it, which many pages set apart
 * from the text, and rows of tables and code between its paragraphs.
 * @param page all blocks of the page, of which the article has some
 */
export function wholeArticle(article: readonly Block[], page: readonly Block[]): readonly Block[] {
  const places = new Map<string, number>();
  for (const [place, { text }] of page.entries()) if (!places.has(text)) places.set(text, place);
  const placeOf = ({ text }: Block) => (text.length < knownChars ? undefined : places.get(text));
  // Readability makes each first heading a second one.
  const levels = new Map(
    page.flatMap((block) => (block.kind === 'heading' ? [[block.text, block.level] as const] : [])),
  );
  const known = new Set(article.map(({ text }) => text));
  const isMissing = ({ text }: Block) => !known.has(text);

  const start = article.slice(0, startBlocks).find((block) => placeOf(block) !== undefined);
  const whole = leadBefore((start && placeOf(start)) ?? 0, page).filter(isMissing);
  let last: number | undefined;
  for (const block of article) {
    const place = placeOf(block);
    if (place !== undefined && place > (last ?? -1)) {
      if (last !== undefined)
        whole.push(
          ...page
            .slice(last + 1, place)
            .filter(isExact)
            .filter(isMissing),
        );
      last = place;
    }
    whole.push(block.kind === 'heading' ? { ...block, level: levels.get(block.text) ?? block.level } : block);
  }
  return whole;
}

/** The title of the page above a place, and long paragraphs in between. */
function leadBefore(place: number, page: readonly Block[]): Block[] {
  const before = page.slice(Math.max(0, place - maxBetween), place);
  const title = before.findLastIndex((block) => block.kind === 'heading' && block.level === 1);
  return title < 0 ? [] : before.slice(title).filter((block, at) => at === 0 || isLead(block));
}

const isLead = ({ kind, text }: Block) => kind !== 'row' && text.length >= leadChars;
const isExact = ({ kind }: Block) => kind === 'row' || kind === 'code';
