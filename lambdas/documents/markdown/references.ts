import { Parser } from 'htmlparser2';

/** A reference to a character, by its number or its name. Source: CommonMark 0.31.2, §2.5. */
const reference = /&(?:#(?:\d{1,7}|[xX][\da-fA-F]{1,6})|[A-Za-z][A-Za-z0-9]{1,31});/g;
const known = new Map<string, string>();
/** References that are remembered, at most. HTML has some two thousand names. */
const mostKnown = 5000;

/** Decodes references to characters as HTML does; unknown names stay. */
export const decodeReferences = (text: string): string => text.replaceAll(reference, decoded);

function decoded(found: string): string {
  const before = known.get(found);
  if (before !== undefined) return before;
  const pieces: string[] = [];
  const parser = new Parser({ ontext: (piece) => pieces.push(piece) });
  parser.end(found);
  const text = pieces.join('');
  if (known.size < mostKnown) known.set(found, text);
  return text;
}
