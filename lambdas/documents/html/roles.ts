import type { Attributes } from './walk.ts';

/**
 * The part that an element plays in its page. `unseen`: a browser shows no text of it. `aside`: it surrounds the text of the page, such as
 * a menu. `banner`: so does it, except for headings, unless it belongs to an article. `main`, `article`: the text of the page.
 */
export type Role = 'unseen' | 'aside' | 'banner' | 'main' | 'article' | 'plain';

const unseen = new Set([
  ...['audio', 'canvas', 'datalist', 'iframe', 'math', 'noframes', 'noscript', 'object', 'script', 'style'],
  ...['svg', 'template', 'title', 'video'],
]);

/** Roles of WAI-ARIA 1.2 that say the same as an element. */
const byAriaRole: Readonly<Record<string, Role>> = {
  alertdialog: 'aside',
  banner: 'banner',
  complementary: 'aside',
  contentinfo: 'banner',
  main: 'main',
  article: 'article',
  menu: 'aside',
  menubar: 'aside',
  navigation: 'aside',
  search: 'aside',
};

const byName: Readonly<Record<string, Role>> = {
  article: 'article',
  aside: 'aside',
  dialog: 'aside',
  footer: 'banner',
  header: 'banner',
  main: 'main',
  menu: 'aside',
  nav: 'aside',
  search: 'aside',
};

const notices = /(?:cookie|consent|gdpr).*(?:banner|bar|box|dialog|message|modal|notice|overlay|popup)/i;
const isInvisible = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i;
/** Characters of an attribute that are looked at. */
const attributeChars = 400;

export function roleOf(name: string, attributes: Attributes): Role {
  if (unseen.has(name) || isHidden(attributes)) return 'unseen';
  const { role, id = '', class: classes = '' } = attributes;
  const named = role === undefined ? undefined : byAriaRole[role.trim().toLowerCase()];
  const found = named ?? (Object.hasOwn(byName, name) ? byName[name] : undefined);
  if (found !== undefined) return found;
  const names = [id, classes].filter((value) => notices.test(value.slice(0, attributeChars)));
  return names.length > 0 && name !== 'body' && name !== 'html' ? 'aside' : 'plain';
}

const isHidden = ({ hidden, style, 'aria-hidden': ariaHidden }: Attributes) =>
  (hidden !== undefined && hidden.toLowerCase() !== 'until-found') ||
  ariaHidden?.toLowerCase() === 'true' ||
  (style !== undefined && isInvisible.test(style.slice(0, attributeChars)));
