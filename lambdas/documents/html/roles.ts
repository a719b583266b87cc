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

/** Roles of WAI-ARIA 1.2 that say the same as an element, and of DPUB-ARIA 1.1: numbers of notes are no words of the text. */
const byAriaRole: Readonly<Record<string, Role>> = {
  alertdialog: 'aside',
  banner: 'banner',
  complementary: 'aside',
  contentinfo: 'banner',
  'doc-backlink': 'unseen',
  'doc-endnotes': 'plain',
  'doc-footnote': 'plain',
  'doc-noteref': 'unseen',
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
/** Words in the classes and ids of elements around the text of a page, after Mozilla's Readability ("unlikely candidates"). */
const around =
  /(?:^|[\s_-])(?:ad-?break|advert(?:isement|ising)?|agegate|banner|breadcrumbs?|combx|cover-wrap|disqus|extra|footer|gdpr|masthead|menu|most-?(?:popular|read)|newsletter|outbrain|pager|pagination|popular|popup|promo|recommend(?:ed|ations)?|related|rss|share|sharing|shoutbox|sidebar|skyscraper|social|sponsor(?:ed)?|supplemental|taboola|toolbar|trending|yom-remote)(?:$|[\s_-])/i;
/** Words of an id, at most, that tells the part of its element. */
const idWords = 2;
/** Words of elements that hold the text nevertheless. */
const within =
  /(?:^|[\s_-])(?:and|article|body|column|content|main|shadow|page|post|story|entry)(?:$|[\s_-])/i;
const isInvisible = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i;
/** Characters of an attribute that are looked at. */
const attributeChars = 400;

export function roleOf(name: string, attributes: Attributes): Role {
  if (unseen.has(name) || isHidden(attributes)) return 'unseen';
  // EPUB has the same names in an attribute of its own, without the prefix (EPUB Structural Semantics Vocabulary 1.1).
  const { 'epub:type': type, role = type && `doc-${type}`, id = '', class: classes = '' } = attributes;
  const named = role === undefined ? undefined : byAriaRole[role.trim().toLowerCase()];
  const found = named ?? (Object.hasOwn(byName, name) ? byName[name] : undefined);
  if (found !== undefined) return found;
  if (name === 'body' || name === 'html' || name === 'a') return 'plain';
  const words = `${id} ${classes}`.slice(0, attributeChars);
  // A longer id is often the words of a heading.
  const known = `${id.split(/[\s_-]/).length <= idWords ? id : ''} ${classes}`.slice(0, attributeChars);
  return notices.test(words) || (around.test(known) && !within.test(known)) ? 'aside' : 'plain';
}

const isHidden = ({ hidden, style, 'aria-hidden': ariaHidden }: Attributes) =>
  (hidden !== undefined && hidden.toLowerCase() !== 'until-found') ||
  ariaHidden?.toLowerCase() === 'true' ||
  (style !== undefined && isInvisible.test(style.slice(0, attributeChars)));
