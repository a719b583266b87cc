import { type Role, roleOf } from './roles.ts';
import type { Attributes } from './walk.ts';

interface OpenElement {
  readonly name: string;
  readonly role: Role;
}

/** Elements with text of their own inside an article or a section keep their header and footer. */
const sections = new Set(['article', 'main', 'section', 'blockquote', 'td']);
const headings = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6']);

/** Follows the elements that are open at a place of a page. */
export class Scope {
  readonly #open: OpenElement[] = [];
  readonly #counts: Record<Role | 'section' | 'heading', number> = {
    ...{ unseen: 0, aside: 0, banner: 0, main: 0, article: 0, plain: 0, section: 0, heading: 0 },
  };

  open(name: string, attributes: Attributes): void {
    const found = roleOf(name, attributes);
    const role = found === 'banner' && this.#counts.section > 0 ? 'plain' : found;
    this.#open.push({ name, role });
    this.#count({ name, role }, 1);
  }

  /** Elements close in any order: the outermost of too many closes first. */
  close(name: string): void {
    const isLast = this.#open.at(-1)?.name === name;
    const element = isLast ? this.#open.pop() : this.#open.shift();
    if (element) this.#count(element, -1);
  }

  get isSeen(): boolean {
    return this.#counts.unseen === 0;
  }

  /** Whether the place belongs to what surrounds the text of the page. */
  get isAround(): boolean {
    return this.#counts.aside > 0 || (this.#counts.banner > 0 && this.#counts.heading === 0);
  }

  get isMain(): boolean {
    return this.#counts.main > 0;
  }

  get isArticle(): boolean {
    return this.#counts.article > 0;
  }

  #count({ name, role }: OpenElement, change: 1 | -1): void {
    this.#counts[role] += change;
    if (sections.has(name) || role === 'main' || role === 'article') this.#counts.section += change;
    if (headings.has(name)) this.#counts.heading += change;
  }
}
