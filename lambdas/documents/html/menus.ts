import type { Block } from '../blocks/block.ts';
import type { LinkedBlock } from './page-blocks.ts';

/**
 * What a block is by itself: `text`; `near`, a long line without an end of a sentence; `menu`, mostly links; or `open`, short, so that its
 * neighbours decide.
 */
type Kind = 'text' | 'near' | 'menu' | 'open';

/** Share of links from which on a short block is a menu, and a long one. */
const [linkShare, linkShareOfLong] = [0.5, 0.8];
/** Characters from which on a block is text, and long. */
const [textChars, longChars] = [70, 400];
/** Open blocks that wait for their neighbour, at most. */
const maxWaiting = 1000;

/**
 * Leaves out menus, and short blocks among menus, of a page without `<main>`. A block is judged by its length, its links and its neighbours,
 * as jusText does (J. Pomikálek, "Removing Boilerplate and Duplicate Content from Web Corpora", 2011), without its lists of words.
 */
export class Menus {
  /** Kind of the last block that decides about its neighbours; nothing surrounds a page. */
  #before: Kind = 'menu';
  #near: Block | undefined;
  #waiting: Block[] = [];

  /** @returns the blocks that are known to be text now */
  add(linked: LinkedBlock): Block[] {
    const kind = kindOf(linked);
    if (kind !== 'open') return this.#decide(kind, linked.block);
    this.#waiting.push(linked.block);
    return this.#waiting.length < maxWaiting ? [] : this.#decide('near');
  }

  end(): Block[] {
    return this.#decide('menu');
  }

  /** Decides about the blocks that wait, now that the next deciding one is known. */
  #decide(kind: Kind, block?: Block): Block[] {
    const text: Block[] = [];
    const isMenu = kind === 'menu';
    if (this.#near && !(isMenu && this.#before === 'menu')) text.push(this.#near);
    if (this.#near) this.#before = 'near';
    for (const waiting of this.#waiting) {
      const isLost = isMenu && (waiting.kind === 'heading' || this.#before === 'menu');
      if (!isLost) text.push(waiting);
    }
    this.#waiting = [];
    this.#near = kind === 'near' ? block : undefined;
    if (kind === 'text' && block) text.push(block);
    if (kind !== 'near') this.#before = kind;
    return text;
  }
}

function kindOf({ block, linked }: LinkedBlock): Kind {
  const { length } = block.text;
  const share = Math.min(1, linked / Math.max(1, length));
  if (block.kind === 'code' || (block.kind === 'row' && share <= linkShare)) return 'text';
  if (share > linkShareOfLong || (share > linkShare && length < longChars)) return 'menu';
  if (block.kind === 'heading' || length < textChars) return 'open';
  return /[.!?。！？…]/.test(block.text) ? 'text' : 'near';
}
