/** Destinations and labels of Markdown's links. Source: CommonMark 0.31.2, §6.3. */

/** Parentheses inside a destination, one in the other. */
const maxParentheses = 32;
const labelChars = 999;

const blanks = /[ \t\n]*/y;
const inBrackets = /<(?:[^<>\\\n]|\\.)*>/y;
const titles: Readonly<Record<string, RegExp>> = {
  '"': /"(?:[^"\\]|\\[\s\S])*"/y,
  "'": /'(?:[^'\\]|\\[\s\S])*'/y,
  '(': /\((?:[^()\\]|\\[\s\S])*\)/y,
};
const label = new RegExp(`\\[((?:[^\\[\\]\\\\]|\\\\[\\s\\S]){0,${labelChars}})\\]`, 'y');

/** The end of a match that starts at a place. */
function after(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/**
 * The end of a destination and title in parentheses.
 * @param at place of the opening parenthesis
 * @returns undefined when there is none
 */
export function destinationEnd(text: string, at: number): number | undefined {
  const start = after(blanks, text, at + 1) ?? at + 1;
  const end = text.charAt(start) === '<' ? after(inBrackets, text, start) : bareEnd(text, start);
  if (end === undefined) return undefined;
  let next = after(blanks, text, end) ?? end;
  const title = next > end ? titles[text.charAt(next)] : undefined;
  if (title) {
    const titleEnd = after(title, text, next);
    if (titleEnd === undefined) return undefined;
    next = after(blanks, text, titleEnd) ?? titleEnd;
  }
  return text.charAt(next) === ')' ? next + 1 : undefined;
}

/** The end of a destination without angle brackets, which may be empty. */
function bareEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char <= ' ') return depth === 0 ? at : undefined;
    if (char === '\\') at += 1;
    else if (char === '(' && ++depth > maxParentheses) return undefined;
    else if (char === ')' && --depth < 0) return at;
  }
  return undefined;
}

/**
 * A label in square brackets.
 * @param at place of the opening bracket
 */
export function labelAt(
  text: string,
  at: number,
): { readonly label: string; readonly end: number } | undefined {
  label.lastIndex = at;
  const [, found] = label.exec(text) ?? [];
  return found === undefined ? undefined : { label: found, end: label.lastIndex };
}
